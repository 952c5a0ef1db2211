/** docs/lint.md, made from the rules themselves. */
import type { LintRule } from "../sdk/lint/rule.ts";
import { LINT_RULES } from "../sdk/lint/rules/index.ts";

/** A semicolon, but none within brackets. */
const BETWEEN_PARTS = /; (?![^(]*\))/;

export function lintDocument(): string {
  const rows = LINT_RULES.map(({ id, severity, title }) => `| [\`${id}\`](#${id}) | ${severity} | ${title} |`);
  const fixes = LINT_RULES.flatMap(({ id, fix }) => (fix === undefined ? [] : `- \`${id}\` ${fix}.`));
  return `# Lint

\`lint(state)\` and \`netverdict lint\` find what probably is not meant. A finding has the rule's \`id\`, which stays the same, a severity, a message, help, the
object, the path in it and, where the object was read from a text, file, line and column. They come by severity, then rule by rule and by the
objects' names, in whatever order the objects were loaded. No verdict depends on any of it.

\`\`\`console
$ netverdict lint examples/recipes/08-visiting-surgeons/cluster.yaml --quiet
warning  examples/recipes/08-visiting-surgeons/cluster.yaml:33:11: NetworkPolicy hospital/pharmacy: these two entries match 2 and 1 pods, one with both selectors would match 1 [split-peer]
  put both selectors into one entry (one \`-\`): both must hold then; two entries let in whatever either matches
info  examples/recipes/08-visiting-surgeons/cluster.yaml:46:1: Namespace clinic: no policy selects clinic/porter, clinic/surgeon for ingress [unprotected-pods]
  add a policy that selects them, such as a default deny for the namespace
info  examples/recipes/08-visiting-surgeons/cluster.yaml:41:1: Namespace hospital: no policy selects hospital/surgeon for ingress [unprotected-pods]
  add a policy that selects them, such as a default deny for the namespace
info  examples/recipes/08-visiting-surgeons/cluster.yaml:53:1: Namespace spa: no policy selects spa/surgeon for ingress [unprotected-pods]
  add a policy that selects them, such as a default deny for the namespace
\`\`\`

## Rules

| rule | severity | finds |
| --- | --- | --- |
${rows.join("\n")}

${LINT_RULES.map(ruleSection).join("\n\n")}

## Suppressing

What does not count is suppressed with a reason, and still told, as suppressed:

- by an annotation \`netverdict.dev/suppress.<rule>: <reason>\` of the object that the finding is about (a policy, a Namespace, a Service, what has the API server or an ingress controller call one),
  or of the Namespace that it is in, which speaks for all of its objects. Nothing else of annotations is read; \`updateState\` brings them and takes them away as
  it does everything;
- by the options: \`lint(state, { suppress: { "unprotected-pods": "a sandbox, open by design" } })\`, or \`--suppress "unprotected-pods=a sandbox, open by design"\`;
- by a file, \`--config lint.yaml\`. Options on the command line come before what it says.

\`\`\`yaml
suppress:
  unprotected-pods: a sandbox, open by design
failOn: error
\`\`\`

The options come before the object's annotation, that before its Namespace's; \`suppressedBy\` says which it was. A reason that is missing or empty, a rule that
does not exist and a setting that is none are errors; in an annotation they are findings of \`bad-suppression\`, which only the options can suppress. An annotation
whose rule finds nothing is fine.

\`\`\`console
$ netverdict lint examples/lint/shop.yaml --quiet
error  examples/lint/shop.yaml:32:3: NetworkPolicy shop/web-to-internet: its egress rules have no effect: \`policyTypes\` does not name \`Egress\` [dead-rules]
  add the direction to \`policyTypes\`, or remove the rules
suppressed  examples/lint/shop.yaml:45:3: NetworkPolicy shop/metrics: no pod of \`shop\` has \`app=exporter\`; there is \`app=web\` [selects-nothing]: the exporter comes with the next release
\`\`\`

## Fixes

Where a change does exactly what the help says and changes no other verdict, the finding carries it as \`fix\`:

${fixes.join("\n")}

No other rule has one: what is meant by a selector that matches nothing, by one peer or by two, only its author knows.
\`fix.patch\` is a JSON Patch of the object ([RFC 6902](https://www.rfc-editor.org/rfc/rfc6902)), which \`kubectl patch --type json\` takes as well; \`fix.insertions\` are the
same change of the text, in which all else (comments, quotes, indentation) stays as it is. There are none for objects that came from no text, and under YAML's
anchors, aliases and merge keys, which speak in more than one place; nor where the field is written without a value, the last value before a new field is a block of
text (\`|\`, \`>\`), or a comment follows the last entry within brackets: what is meant to stay there would move. An
insertion is offered only where the text with it, read again, says what the patched object says. Elsewhere the finding stays, for its author to mend.

\`--fix\` carries fixes out in the files, until there are none left; what is suppressed and what came through standard input is left alone. Before anything is written, the
changed texts are loaded and looked at again: a fix that did not mend what it should is an error, of its file alone; the other files are mended. Files are replaced at once, never half written; other hard links to one keep the old text. \`--dry-run\` prints the
changes instead, as \`git apply\` takes them. The exit status is that of what is left.

\`\`\`console
$ netverdict lint examples/lint/shop.yaml --fix --dry-run
--- a/examples/lint/shop.yaml
+++ b/examples/lint/shop.yaml
@@ -28,12 +28,15 @@
   podSelector:
     matchLabels: { app: web }
   policyTypes:
     - Ingress # egress was forgotten
+    - Egress
   egress:
     - to:
         - ipBlock:
             cidr: 0.0.0.0/0 # payment providers
+            except:
+              - 169.254.169.254/32
 ---
 apiVersion: networking.k8s.io/v1
 kind: NetworkPolicy
 metadata:
\`\`\`

## Formats

\`--format\` prints text, JSON (a list of findings, as \`lint\` gives them), [SARIF](https://docs.oasis-open.org/sarif/sarif/v2.1.0/) 2.1.0, JUnit or GitHub's annotations;
\`toSarif\`, \`toJUnit\` and \`toGithub\` make them of findings. \`--fail-on\` says from which severity on the exit status is 1: \`info\`, \`warning\` (default), \`error\` or \`never\`.

- **SARIF** names files relative to the folder that lint ran in, however they were given, which for GitHub's code scanning must be the repository's; files outside it
  by whole paths (\`file://\`). \`toSarif\` goes by the names that the texts were loaded with. It carries suppressions and fixes. Results
  have a fingerprint of rule, object and path (\`objectPath/v1\`) that stays when lines move. GitHub goes by a hash of lines instead, which its upload action adds.
- **JUnit** has a test case for each rule: failed by what counts and is as severe as \`--fail-on\` (\`toJUnit(findings, { failOn })\`), skipped where all that it found is suppressed. What is milder is its output. Each is told with its help.
- **GitHub's annotations** name files from the same folder, and have the help under the message. They and the exit status leave out what is suppressed.
`;
}

/** A rule on its own. The heading is its id, from which hosts make the anchor that SARIF's `helpUri` names. */
function ruleSection({ id, severity, title, help, silent }: LintRule): string {
  return `### \`${id}\`

**${severity}**: ${title}

What to do: ${help}

Silent:

${silent
  .split(BETWEEN_PARTS)
  .map((part) => `- ${part}`)
  .join("\n")}`;
}
