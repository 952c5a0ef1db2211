/** Every rule, in the order in which findings of one severity come. */
import type { LintRule } from "../types.ts";
import { badSuppression } from "./bad-suppression.ts";
import { blockOfPods } from "./block-of-pods.ts";
import { blockOfService } from "./block-of-service.ts";
import { deadRules } from "./dead-rules.ts";
import { dnsCut } from "./dns-cut.ts";
import { hostNetworkSubject } from "./host-network-subject.ts";
import { joinedPeer } from "./joined-peer.ts";
import { metadataAddress } from "./metadata-address.ts";
import { olderApi } from "./older-api.ts";
import { peerMatchesNothing } from "./peer-matches-nothing.ts";
import { ambiguousPortName, unknownPortName } from "./port-name.ts";
import { selectsNothing } from "./selects-nothing.ts";
import { servicePort } from "./service-port.ts";
import { splitPeer } from "./split-peer.ts";
import { unprotectedPods } from "./unprotected-pods.ts";

export const LINT_RULES: readonly LintRule[] = [
  badSuppression,
  deadRules,
  dnsCut,
  selectsNothing,
  peerMatchesNothing,
  splitPeer,
  joinedPeer,
  servicePort,
  unknownPortName,
  blockOfPods,
  blockOfService,
  metadataAddress,
  hostNetworkSubject,
  ambiguousPortName,
  unprotectedPods,
  olderApi,
];
