/** `docs/cni.md` from the profiles' own data. */
import { EFFECTS } from "../cli/cni-effects.ts";
import { isAmbiguous } from "../sdk/cni/effects.ts";
import { possibleEffects } from "../sdk/cni/possible.ts";
import { cniNames, profileOf } from "../sdk/cni/profiles.ts";
import { settingsOf, versionsOf } from "../sdk/cni/settings.ts";
import { allSigns } from "../sdk/cni/signs.ts";
import type { CniFact, CniName, CniTopic } from "../sdk/cni/types.ts";

const TITLES: Readonly<Record<CniTopic, string>> = {
  enforces: "enforces policies",
  "end-port": "`endPort`",
  sctp: "SCTP",
  "named-ports": "named ports",
  "ip-families": "address families",
  "ip-block": "`ipBlock`",
  icmp: "ICMP",
  "host-network-target": "host-network pod as subject",
  "host-network-peer": "host-network pod as peer",
  "node-to-local-pod": "node to its own pods",
  "node-to-remote-pod": "node to other nodes' pods",
  "pod-to-own-node": "pod to its own node",
  "pod-to-itself": "pod to itself",
  "service-translation": "Service translation",
  "existing-connections": "existing connections",
  startup: "before a policy is in place",
  "own-policies": "policies of its own",
  limits: "limits",
  recognition: "recognised by",
};

/** The whole page, with its last line feed. */
export function cniDocument(): string {
  return `${[INTRODUCTION, overview(), ...cniNames().map(profile), settings(), recognition(), LEFT_OUT].join("\n\n")}\n`;
}

const INTRODUCTION = `# CNI plugins

<!-- Written by \`npm run docs:cni\` from sdk/cni; a test holds this page to it. -->

Kubernetes stores a NetworkPolicy; the cluster's CNI plugin enforces it, each in its own way, and some not at all. \`loadState(input, { cni })\` takes the plugin, and
each decision then says what *will happen* beside what the policies *mean*:

\`\`\`js
import { evaluate, loadState } from "netverdict";

const pod = (name, ip) => ({ apiVersion: "v1", kind: "Pod", metadata: { name, labels: { app: name } }, status: { podIPs: [{ ip }] } });
const objects = [
  pod("web", "10.0.0.1"),
  pod("db", "10.0.0.2"),
  {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: "db" },
    spec: { podSelector: { matchLabels: { app: "db" } }, ingress: [{ from: [{ ipBlock: { cidr: "10.0.0.0/8" } }] }] },
  },
];
for (const cni of ["calico", "cilium", "flannel"]) {
  const state = loadState(objects, { cni });
  const { verdict, enforced } = evaluate(state, { from: "default/web", to: "default/db", port: 80 });
  console.log(cni, "- means:", verdict, "- will happen:", enforced.verdict);
  for (const { topic, bearing, status } of enforced.facts) console.log(" ", topic, bearing, \`(\${status})\`);
}
\`\`\`

\`\`\`text
calico - means: allow - will happen: allow
  ip-block agrees (verified in source)
cilium - means: allow - will happen: deny
  ip-block changes (documented)
flannel - means: allow - will happen: allow
  enforces agrees (verified in source)
\`\`\`

\`cni\` is a name, \`{ name, version, settings, unread }\`, or \`"auto"\`, which recognises the plugin from the objects that were loaded ([below](#recognition)): give it the
cluster's DaemonSets, ConfigMaps, CRDs and Nodes too. Without a version the profile stands for the one that it was read at; \`unread\` lists settings of which it is not known how they are set.

\`enforced\` is \`{ cni, verdict, facts }\`:

- A fact that is **verified in source** or **documented** changes the verdict.
- A fact that was **derived** (concluded by reading, not by running), only **reported in an issue**, or about something **unknown**, does not; where it would, the
  verdict is \`"unknown"\`, and the fact is named with both verdicts. The same holds where nobody has written down what comes of a fact.
- \`facts\` are those that bear on the flow, each with its \`sources\`, and with its \`bearing\`: one that \`"changes"\` the verdict, by itself or as one of several;
  \`"offset"\`, where one would change it and another does not let it, so that together they leave the verdict as the policies mean it; \`"could-change"\`; or
  \`"agrees"\`. Beside the first three stand the \`verdicts\` with the fact and without it. What the specification leaves to the plugin (ICMP, host-network pods, a pod
  and its node, Services) always names the plugin's answer.
- Several engines at once (\`"auto"\`): a flow has to pass all of them.

\`verdict\`, \`allows\`, batches and matrices stay the specification's. A decision from a snapshot has no \`enforced\`; an explanation has, where the snapshot was made with \`explain\`.

**Never test with ping**: \`{ from, to, protocol: "ICMP" }\` says what ping will do on this plugin, which tells nothing of TCP: for that the explanation has \`overTCP\`, the ports on which the same two ends are allowed.

Policies of the ordered tiers (ClusterNetworkPolicy and its predecessors) are enforced by few plugins, in some versions or images: the row "policies of its own" of
each plugin says which of them it leaves out, and where a verdict that depends on them is \`"unknown"\`. So is one that the plugin's own kinds of policy could change,
where such policies were loaded: nothing is known of them but their names.

No cluster was run for these facts: they come from the plugins' sources and documentation at the versions named.`;

const LEFT_OUT = `## What is left out

These parts of the findings above change no \`enforced\`:

- **Time**: what becomes of existing connections when policies change, and of pods before their policies are in place; of that, AWS's strict mode alone is modelled.
- **Limits** of plugins: how many entries, lists or priorities they hold.
- **Windows nodes**, but for AWS, which does not cover them: Azure NPM rejects SCTP, named ports and \`except\` there, and of Antrea's named ports nothing is known.
- **Azure NPM Lite**, which takes only policies of blocks.
- **Source addresses**: Weave Net masquerades what comes from outside, unless \`externalTrafficPolicy\` is \`Local\`; on Windows and with kube-proxy in user space, Antrea
  lets node-port traffic in. A decision has the caveat \`source-translation\` for it.
- **Clusters of two address families** on AWS, which does not support them: each family is judged as if it were the only one.
- **Antrea without AntreaProxy**, and IPVS for traffic of Calico's nodes to Services: Antrea is taken to have its proxy.
- **AWS and nodes that were not loaded**: they are taken for EC2 Linux nodes, unless their names or the pods' labels tell of Fargate.
- **ICMP** has no types here: plugins let neighbour discovery pass, and errors such as "fragmentation needed", whatever the verdict on ping is.
- **Which image runs**: kube-network-policies enforces the ordered tiers in images of their own alone.`;

function overview(): string {
  const names = cniNames().filter((name) => name !== "canal");
  const rows = names.map((name) => {
    const deviating = profileOf(name).facts.filter(
      ({ topic, effect }) => effect !== "as-specified" && effect !== "none" && topic !== "own-policies",
    );
    const text = deviating.map((fact) => `${TITLES[fact.topic]}: ${EFFECTS[fact.effect]}${sureness(fact)}`).join("; ");
    return `| \`${name}\` | ${text === "" ? "nothing" : text} |`;
  });
  return ["## What differs", "", "| plugin | what differs from the verdict |", "|---|---|", ...rows].join("\n");
}

const sureness = ({ status, derived, effect }: CniFact): string =>
  effect !== "unknown" && (derived === true || status === "reported in issue" || isAmbiguous(effect))
    ? " (not sure)"
    : "";

function profile(name: CniName): string {
  const { title, read, facts } = profileOf(name);
  if (name === "canal") return `## \`${name}\`\n\n${title}: the facts of \`calico\`.`;
  const rows = facts.map((fact) => {
    const finding = fact.detail === undefined ? fact.finding : `${fact.finding}. ${fact.detail}`;
    const status = `${fact.status}${fact.derived === true ? " (derived)" : ""}`;
    return `| ${TITLES[fact.topic]} | ${cell(finding)} | ${effectText(fact)} | ${status} | ${fact.sources.map((one) => `\`${cell(one)}\``).join("<br>")} |`;
  });
  return [
    `## \`${name}\``,
    "",
    `${title}, read at: ${read}.`,
    "",
    "| | finding | effect | status | sources |",
    "|---|---|---|---|---|",
    ...rows,
  ].join("\n");
}

/** Its own finding may say more than its effect does. */
const effectText = (fact: CniFact): string =>
  fact.topic === "own-policies" ? EFFECTS[possibleEffects(fact)[0] ?? fact.effect] : EFFECTS[fact.effect];

function settings(): string {
  const rows = cniNames().flatMap((name) => [
    ...settingsOf(name)
      .filter(({ setting }) => name === "flannel" || setting !== "daemonsets")
      .map(
        ({ setting, value, since, topic, effect, finding }) =>
          `| \`${name}\` | \`${setting}\` = \`${value}\`${since === undefined ? "" : `, from version ${since} on`} | ${TITLES[topic]}: ${EFFECTS[effect]} | ${cell(finding)} |`,
      ),
    ...versionsOf(name).map(
      ({ bound, version, topic, effect, finding }) =>
        `| \`${name}\` | ${bound === "before" ? "version before" : "version from"} ${version}${bound === "before" ? "" : " on"} | ${TITLES[topic]}: ${EFFECTS[effect]} | ${cell(finding)} |`,
    ),
  ]);
  return [
    "## Settings and versions",
    "",
    "What is found takes the place of the profile's fact. Where policies are not enforced, every other fact is beside the point: it is told as not applicable. Of",
    "`kindnet` the version is kind's. `daemonsets` = `unseen` is a setting of all but `k3s`: of one that is recognised by other things, where DaemonSets of the cluster's",
    "own were loaded and none is its, it is not known whether it still runs.",
    "",
    "| plugin | where | effect | finding |",
    "|---|---|---|---|",
    ...rows,
  ].join("\n");
}

function recognition(): string {
  const list = (texts: readonly string[]): string =>
    texts.length === 0 ? "–" : texts.map((text) => `\`${text}\``).join(", ");
  const rows = allSigns().map(
    ({ name, daemonSets, images, configMaps, crds, annotations }) =>
      `| \`${name}\` | ${list(daemonSets)} | ${list(images)} | ${list(configMaps)} | ${list(crds)} | ${list(annotations)} |`,
  );
  return [
    "## Recognition",
    "",
    "DaemonSets by an image (whole parts at a repository's end; `*` goes on) or, in a namespace of the cluster's own, by their name decide, and so do their pods; where there are none, ConfigMaps in such a namespace and CRDs (by group, or by name); else annotations of nodes, which say of Flannel that it is the network, and not whether an engine is on top of it. A policy engine comes before the network under",
    "it: `flannel` with a `kube-network-policies` container is `flannel-netpol`, Canal is `canal`. `k3s` is recognised by the annotation `k3s.io/node-args`. Settings are",
    'read from where each plugin keeps them (ConfigMaps beside its DaemonSets), the version from the image\'s tag. One that cannot be read, or is set otherwise in another place, is `unread`: where it could matter, the verdict is unknown. One that nobody sets, or that was not loaded, has its default; but of kube-router and Weave Net, whose switches are in their DaemonSets. Where nothing is recognised, `enforced.cni` is `"unrecognized"` and the verdict unknown.',
    "",
    "| plugin | DaemonSet | image has | ConfigMap starts with | CRD group | node annotation starts with |",
    "|---|---|---|---|---|---|",
    ...rows,
  ].join("\n");
}

/** Text that stays in its cell. */
const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");
