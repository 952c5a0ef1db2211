/** docs/lint.md, made from the rules themselves. */
import { LINT_RULES } from "../sdk/lint/rules/index.ts";

export function lintDocument(): string {
  const rows = LINT_RULES.map(
    ({ id, severity, title, help, silent }) => `| \`${id}\` | ${severity} | ${title} | ${help} | ${silent} |`,
  );
  return `# Lint

\`lint(state)\` and \`netverdict lint\` find what probably is not meant. A finding has the rule's \`id\`, which stays the same, a severity, a message, help, the
object, the path in it and, where the object was read from a text, file, line and column. No verdict depends on any of it.

\`\`\`console
$ netverdict lint examples/recipes/08-visiting-surgeons/cluster.yaml --quiet
warning  examples/recipes/08-visiting-surgeons/cluster.yaml:33:11: NetworkPolicy hospital/pharmacy: these two entries match 2 and 1 pods, one with both selectors would match 1 [split-peer]
  put both selectors into one entry (one \`-\`): both must hold then; two entries let in whatever either matches
info  examples/recipes/08-visiting-surgeons/cluster.yaml:41:1: Namespace hospital: no policy selects hospital/surgeon for ingress [unprotected-pods]
  add a policy that selects them, such as a default deny for the namespace
info  examples/recipes/08-visiting-surgeons/cluster.yaml:46:1: Namespace clinic: no policy selects clinic/surgeon, clinic/porter for ingress [unprotected-pods]
  add a policy that selects them, such as a default deny for the namespace
info  examples/recipes/08-visiting-surgeons/cluster.yaml:53:1: Namespace spa: no policy selects spa/surgeon for ingress [unprotected-pods]
  add a policy that selects them, such as a default deny for the namespace
4 findings
\`\`\`

| rule | severity | finds | help | silent |
| --- | --- | --- | --- | --- |
${rows.join("\n")}

A rule that does not count is suppressed with a reason: \`lint(state, { suppress: { "unprotected-pods": "a sandbox, open by design" } })\`, or
\`--suppress "unprotected-pods=a sandbox, open by design"\`. Its findings are still told, as suppressed.

\`--format\` prints text, JSON, [SARIF](https://docs.oasis-open.org/sarif/sarif/v2.1.0/) 2.1.0, JUnit or GitHub's annotations; \`toSarif\`, \`toJUnit\` and \`toGithub\` make
them of findings. \`--fail-on\` says from which severity on the exit status is 1: \`info\`, \`warning\` (default), \`error\` or \`never\`.
`;
}
