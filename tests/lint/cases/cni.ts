/** Cases of what a CNI plugin ignores; `cni-ignored.test.ts` has more. */
import { type Cases, select, toDb } from "./cluster.ts";

export const CNI: Cases = {
  "cni-ignored": {
    options: { cni: "weave" },
    fires: [toDb({ ports: [{ port: "sql" }] })],
    says: /^under weave \(named-ports\): not supported: .* \[verified in source: weaveworks\/weave@8c847638 npc\/analyser\.go/,
    silent: [[toDb({ ports: [{ port: 5432 }] })], [toDb({ from: [{ podSelector: select({ app: "web" }) }] })]],
  },
};
