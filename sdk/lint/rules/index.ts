/** Every rule, in the order in which findings of one severity come. */
import type { LintRule } from "../rule.ts";
import { allowsAnyone } from "./allows-anyone.ts";
import { apiServerAddress } from "./api-server-address.ts";
import { badSuppression } from "./bad-suppression.ts";
import { blockOfPods } from "./block-of-pods.ts";
import { blockOfService } from "./block-of-service.ts";
import { cniIgnored } from "./cni-ignored.ts";
import { deadRules } from "./dead-rules.ts";
import { deniedByTier } from "./denied-by-tier.ts";
import { dnsClosed } from "./dns-closed.ts";
import { dnsCut } from "./dns-cut.ts";
import { dnsTcpCut } from "./dns-tcp-cut.ts";
import { emptyEgress } from "./empty-egress.ts";
import { equalPriorities } from "./equal-priorities.ts";
import { finishedSubject } from "./finished-subject.ts";
import { halfOpen } from "./half-open.ts";
import { hostNetworkSubject } from "./host-network-subject.ts";
import { idleBaseline } from "./idle-baseline.ts";
import { impliedIngress } from "./implied-ingress.ts";
import { ingressBackendCut } from "./ingress-backend-cut.ts";
import { joinedPeer } from "./joined-peer.ts";
import { metadataAddress } from "./metadata-address.ts";
import { mootByTier } from "./moot-by-tier.ts";
import { noRules } from "./no-rules.ts";
import { olderApi } from "./older-api.ts";
import { peerMatchesNothing } from "./peer-matches-nothing.ts";
import { ambiguousPortName, unknownPortName } from "./port-name.ts";
import { portNameOutside } from "./port-name-outside.ts";
import { redundantEntry } from "./redundant-entry.ts";
import { redundantPolicy } from "./redundant-policy.ts";
import { redundantRule } from "./redundant-rule.ts";
import { selectsNothing } from "./selects-nothing.ts";
import { serviceCut } from "./service-cut.ts";
import { servicePort } from "./service-port.ts";
import { splitPeer } from "./split-peer.ts";
import { unknownNamespace } from "./unknown-namespace.ts";
import { unprotectedEgress } from "./unprotected-egress.ts";
import { unprotectedPods } from "./unprotected-pods.ts";
import { unreachableTierRule } from "./unreachable-tier-rule.ts";
import { webhookCut } from "./webhook-cut.ts";

export const LINT_RULES: readonly LintRule[] = [
  badSuppression,
  deadRules,
  dnsCut,
  dnsClosed,
  emptyEgress,
  impliedIngress,
  selectsNothing,
  peerMatchesNothing,
  splitPeer,
  joinedPeer,
  unknownNamespace,
  halfOpen,
  webhookCut,
  serviceCut,
  ingressBackendCut,
  servicePort,
  unknownPortName,
  portNameOutside,
  blockOfPods,
  blockOfService,
  apiServerAddress,
  metadataAddress,
  hostNetworkSubject,
  cniIgnored,
  unreachableTierRule,
  deniedByTier,
  mootByTier,
  noRules,
  equalPriorities,
  ambiguousPortName,
  unprotectedPods,
  unprotectedEgress,
  allowsAnyone,
  dnsTcpCut,
  finishedSubject,
  idleBaseline,
  redundantPolicy,
  redundantRule,
  redundantEntry,
  olderApi,
];
