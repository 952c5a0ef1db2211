import ts from "typescript";
import { describe, expect, it } from "vitest";
import { filesUnder, importsOf, namesIn, parse, read, sourcesUnder, walk } from "./sources.ts";

/** What the SDK may know of the core: numbers. */
const SHARED = ["assembly/abi.ts", "assembly/abi-trace.ts"];

/** What each part may import from, beside itself. Dependencies point one way. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  assembly: [],
  sdk: SHARED,
  bindings: [
    ...SHARED,
    "sdk",
    "dist/core.wasm",
    "dist/core-shared.wasm",
    "dist/core-inspect.wasm",
    "dist/core-query.wasm",
  ],
  cli: [...SHARED, "sdk", "bindings", "schemas", "package.json"],
  bench: [...SHARED, "sdk", "bindings", "dist"],
  examples: [...SHARED, "sdk", "bindings", "dist"],
  tests: [...SHARED, "sdk", "bindings", "cli", "bench", "examples", "dist", "tools", "package.json"],
};

function isWithin(path: string, place: string): boolean {
  return path === place || path.startsWith(`${place}/`);
}

/** The folder of the SDK that a file is in; none for those beside the folders, and what is no part of it. */
function folderOf(file: string): string {
  return /^sdk\/([^/]+)\//.exec(file)?.[1] ?? "";
}

describe("dependencies point one way", () => {
  it.each(Object.keys(MAY_IMPORT))("%s imports only itself and what lies below it", (part) => {
    const wrong = sourcesUnder(part).flatMap((file) =>
      importsOf(file)
        .filter(({ target }) => target !== undefined)
        .filter(({ target }) => ![part, ...(MAY_IMPORT[part] ?? [])].some((place) => isWithin(target ?? "", place)))
        .map(({ specifier }) => `${file} imports ${specifier}`),
    );
    expect(wrong).toEqual([]);
  });

  it("no two folders of the SDK need each other, directly or by others", () => {
    const below = new Map<string, Set<string>>();
    for (const file of sourcesUnder("sdk")) {
      const folder = folderOf(file);
      const targets = importsOf(file).map(({ target }) => folderOf(target ?? ""));
      const known = below.get(folder) ?? new Set();
      below.set(folder, new Set([...known, ...targets.filter((one) => one !== folder)]));
    }
    // The files beside the folders are what these share.
    below.delete("");
    const ordered: string[] = [];
    while (ordered.length < below.size) {
      const next = [...below].find(
        ([folder, targets]) =>
          !ordered.includes(folder) && [...targets].every((one) => !below.has(one) || ordered.includes(one)),
      );
      expect(next, `a circle among ${[...below.keys()].filter((one) => !ordered.includes(one))}`).toBeDefined();
      ordered.push(next?.[0] ?? "");
    }
    expect(ordered[0]).toBe("read");
  });

  it("what the core and the SDK share imports nothing", () => {
    expect(SHARED.flatMap(importsOf)).toEqual([]);
  });

  it("the core imports no package", () => {
    const wrong = sourcesUnder("assembly").flatMap((file) =>
      importsOf(file).filter(({ target }) => target === undefined),
    );
    expect(wrong).toEqual([]);
  });

  it("the core's sources import none of its specs", () => {
    const wrong = sourcesUnder("assembly")
      .filter((file) => !isWithin(file, "assembly/__tests__"))
      .filter((file) => importsOf(file).some(({ target }) => isWithin(target ?? "", "assembly/__tests__")));
    expect(wrong).toEqual([]);
  });

  it("the SDK and the bindings use one package, yaml, in one file", () => {
    const users = [...sourcesUnder("sdk"), ...sourcesUnder("bindings")].flatMap((file) =>
      importsOf(file)
        .filter(({ target }) => target === undefined)
        .map(({ specifier }) => `${file}: ${specifier}`),
    );
    expect(users).toEqual(["sdk/read/yaml-library.ts: yaml"]);
  });

  it("relative imports outside the core name their file's extension", () => {
    const wrong = ["sdk", "bindings", "cli", "bench", "tests"].flatMap((part) =>
      sourcesUnder(part).flatMap((file) =>
        importsOf(file)
          .filter(({ target }) => target !== undefined && !/\.[a-z]+$/.test(target))
          .map(({ specifier }) => `${file} imports ${specifier}`),
      ),
    );
    expect(wrong).toEqual([]);
  });
});

describe("the SDK runs anywhere", () => {
  /** Globals that some runtime lacks, or that reach outside. */
  const RUNTIME = new Set(
    "process Deno Bun Buffer require module global window document self fetch XMLHttpRequest WebSocket console setTimeout setInterval queueMicrotask localStorage navigator performance crypto".split(
      " ",
    ),
  );

  // A timer, to give way between parts: every runtime has it.
  const TIMER = "sdk/matrix/pause.ts";

  it.each(sourcesUnder("sdk"))("%s names no runtime's globals", (file) => {
    expect(
      namesIn(file).flatMap(({ name, inType }) =>
        !inType && RUNTIME.has(name) && !isDeclared(file, name) ? [name] : [],
      ),
    ).toEqual(file === TIMER ? ["setTimeout"] : []);
  });

  it("only the engine and its memory use WebAssembly; elsewhere it is at most a type", () => {
    const users = sourcesUnder("sdk").filter((file) =>
      namesIn(file).some(({ name, inType }) => name === "WebAssembly" && !inType),
    );
    expect(users).toEqual(["sdk/wasm/engine.ts", "sdk/wasm/memory.ts", "sdk/wasm/webassembly.d.ts"]);
    const typed = sourcesUnder("sdk").filter((file) => namesIn(file).some(({ name }) => name === "WebAssembly"));
    expect(typed).toEqual([
      "sdk/describe/in-state.ts",
      "sdk/explain/explain.ts",
      "sdk/lint/context.ts",
      "sdk/runtime.ts",
      "sdk/selects/selected-pods.ts",
      "sdk/snapshot/load-snapshot.ts",
      "sdk/snapshot/restore.ts",
      "sdk/snapshot/share.ts",
      "sdk/wasm/builder.ts",
      "sdk/wasm/engine.ts",
      "sdk/wasm/exports.ts",
      "sdk/wasm/memory.ts",
      "sdk/wasm/webassembly.d.ts",
    ]);
  });

  it("nothing in the SDK or the bindings waits at its top level", () => {
    const waiting = [...sourcesUnder("sdk"), ...sourcesUnder("bindings")].filter((file) => {
      let waits = false;
      walk(parse(file), (node) => {
        if (ts.isFunctionLike(node)) return false;
        if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier !== undefined)) waits = true;
        return true;
      });
      return waits;
    });
    expect(waiting).toEqual([]);
  });
});

/** Whether a file declares a name itself, as a parameter or a variable. */
function isDeclared(file: string, name: string): boolean {
  let declared = false;
  walk(parse(file), (node) => {
    const declares = ts.isVariableDeclaration(node) || ts.isParameter(node) || ts.isBindingElement(node);
    if (declares && ts.isIdentifier(node.name) && node.name.text === name) declared = true;
  });
  return declared;
}

describe("abi.ts", () => {
  it("holds exported constants, each one unannotated literal below 2^31, and nothing else", () => {
    const wrong = SHARED.flatMap((file) => [...parse(file).statements]).flatMap((statement) => {
      const [declaration, ...more] = ts.isVariableStatement(statement) ? statement.declarationList.declarations : [];
      const ok =
        ts.isVariableStatement(statement) &&
        declaration !== undefined &&
        more.length === 0 &&
        (statement.declarationList.flags & ts.NodeFlags.Const) !== 0 &&
        statement.modifiers?.length === 1 &&
        statement.modifiers[0]?.kind === ts.SyntaxKind.ExportKeyword &&
        declaration.type === undefined &&
        isSmallLiteral(declaration.initializer);
      return ok ? [] : [statement.getText()];
    });
    expect(wrong).toEqual([]);
  });
});

function isSmallLiteral(node: ts.Expression | undefined): boolean {
  if (node === undefined) return false;
  if (ts.isPrefixUnaryExpression(node))
    return node.operator === ts.SyntaxKind.MinusToken && isSmallLiteral(node.operand);
  return ts.isNumericLiteral(node) && Number.isInteger(Number(node.text)) && Number(node.text) < 2 ** 31;
}

describe("the core's surface", () => {
  const namesOf = (list: string): (string | undefined)[] =>
    read(list)
      .trim()
      .split("\n")
      .map((line) => line.split(" ")[0]);
  const listed = namesOf("tests/package/exports.txt");
  const shared = namesOf("tests/package/exports-shared.txt");

  it("is what the engine expects, name by name: of both builds, and of the one with a memory of its own", () => {
    const members = (name: string): string[] => {
      const names: string[] = [];
      walk(parse("sdk/wasm/exports.ts"), (node) => {
        if (ts.isInterfaceDeclaration(node) && node.name.text === name)
          for (const { name } of node.members) if (name !== undefined) names.push(name.getText());
      });
      return names;
    };
    expect(members("QueryExports").sort()).toEqual(shared);
    expect(members("InspectExports").sort()).toEqual(namesOf("tests/package/exports-inspect.txt"));
    expect([...members("QueryExports"), ...members("CoreExports")].sort()).toEqual(listed);
  });

  it("is exported by index.ts alone, with the memory", () => {
    const functions = parse("assembly/index.ts").statements.flatMap((statement) =>
      ts.isFunctionDeclaration(statement) && statement.name !== undefined ? [statement.name.text] : [],
    );
    expect([...functions, "memory"].sort()).toEqual(listed);
  });
});

describe("size", () => {
  it("no source outside the tests is longer than 400 lines", () => {
    const folders = ["assembly", "sdk", "bindings", "cli", "bench", "examples", "tools"];
    const long = folders
      .flatMap((folder) => filesUnder(folder))
      .filter((file) => /\.(ts|mjs|js|tsx|css|html)$/.test(file))
      .map((file) => `${file}: ${read(file).split("\n").length - 1}`)
      .filter((line) => Number(line.split(": ")[1]) > 400);
    expect(long).toEqual([]);
  });
});
