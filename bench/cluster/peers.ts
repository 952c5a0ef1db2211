/** Whom policies let through: pods by their labels, networks outside, now and then networks of pods. */
import { pick, type Random } from "../random.ts";
import { someApplication } from "./pods.ts";
import type { Size } from "./size.ts";

export function makePeer(namespace: number, size: Size, random: Random): object {
  const app = (): string => `app-${someApplication(namespace, size, random)}`;
  switch (random(32)) {
    case 0:
    case 1:
      return { podSelector: {} };
    case 2:
      return { namespaceSelector: { matchLabels: { env: "prod" } } };
    case 3:
      return {
        namespaceSelector: { matchExpressions: [{ key: "monitoring.example.com/scrape", operator: "Exists" }] },
        podSelector: { matchLabels: { tier: "back" } },
      };
    case 4:
      return {
        namespaceSelector: { matchLabels: { team: `team-${random(17)}` } },
        podSelector: { matchLabels: { tier: "front" } },
      };
    case 5:
    case 6:
    case 7:
    case 8:
      return {
        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": `ns-${random(size.namespaces)}` } },
        podSelector: { matchExpressions: [{ key: "app", operator: "In", values: [app(), app()] }] },
      };
    case 9:
    case 10:
      return { podSelector: { matchExpressions: [{ key: "tier", operator: "NotIn", values: ["data"] }] } };
    case 11:
    case 12:
    case 13:
    case 14:
    case 15:
      return { ipBlock: makeBlock(size, random) };
    default:
      return { podSelector: { matchLabels: { app: app() } } };
  }
}

/** Addresses outside the cluster, as the documentation asks for, but for one in twenty. */
function makeBlock(size: Size, random: Random): object {
  if (random(20) === 0) return pick(random, POD_NETWORKS);
  // The larger the cluster, the more networks its people know, up to a limit.
  const network = random(Math.min(200, 4 + size.policies / 20));
  switch (random(6)) {
    case 0:
      return { cidr: "0.0.0.0/0", except: ["10.0.0.0/8", "169.254.169.254/32"] };
    case 1:
      return { cidr: `2001:db8:${network.toString(16)}::/48` };
    case 2:
      return {
        cidr: `172.${16 + (network >> 6)}.${network & 63}.0/24`,
        except: [`172.${16 + (network >> 6)}.${network & 63}.128/26`],
      };
    case 3:
      return { cidr: `198.51.100.${network}/32` };
    default:
      return { cidr: `172.${16 + (network >> 6)}.${network & 63}.0/24` };
  }
}

/** What those name who take the pods' networks for granted. */
const POD_NETWORKS = [
  { cidr: "10.0.0.0/8" },
  { cidr: "10.0.0.0/16", except: ["10.0.1.0/24"] },
  { cidr: "fd00:10::/32" },
];
