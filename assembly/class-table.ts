/**
 * The class tables: what evaluation reads of a class, copied from its subject's profiles.
 *
 * What is no subject keeps record 0: everyone may pass.
 */
import {
  CLASS_FLAG_BOTH_APIS,
  CLASS_FLAG_ISOLATED_EGRESS,
  CLASS_FLAG_ISOLATED_INGRESS,
  CLASS_FLAG_SUBJECT,
  CLASS_FLAG_TIERS_EGRESS,
  CLASS_FLAG_TIERS_INGRESS,
  ENDPOINT_POD,
  SLOT_PORTLESS,
} from "./abi";
import { Build } from "./build";
import { classHolder, classKind } from "./class";
import { tupleCount } from "./intern";
import {
  PROFILE_FLAGS,
  PROFILE_ISOLATED,
  PROFILE_OWN_NODE,
  PROFILE_RECORDS,
  PROFILE_TIERS,
  PROFILE_TIERS_V1ALPHA1,
  PROFILE_WORDS,
} from "./profile";
import { at, pushMany, put } from "./vec";

/** Words of a class in each of the two tables. */
const CLASS_WORDS: u32 = 8;

/** Adds the classes that the tables lack; their subjects must have profiles. */
export function appendClasses(build: Build): void {
  for (let id = build.classPorts.length / CLASS_WORDS; id < tupleCount(build.classes); ++id) {
    pushMany(build.classPorts, 0, CLASS_WORDS);
    pushMany(build.classInfo, 0, CLASS_WORDS);
    writeClass(build, id);
  }
}

/** Writes all classes anew, as when profiles have changed in place. */
export function rewriteClasses(build: Build): void {
  const count = build.classPorts.length / CLASS_WORDS;
  for (let id: u32 = 0; id < count; ++id) writeClass(build, id);
}

/** Writes one class that the tables have. */
export function writeClass(build: Build, id: u32): void {
  if (classKind(build, id) != ENDPOINT_POD) return;
  const words = id * CLASS_WORDS;
  const subject = classHolder(build, id);
  const egress = at(build.subjectProfiles, subject * 2) * PROFILE_WORDS;
  const ingress = at(build.subjectProfiles, subject * 2 + 1) * PROFILE_WORDS;
  for (let slot: u32 = 0; slot <= <u32>SLOT_PORTLESS; ++slot) {
    put(build.classPorts, words + slot, at(build.profileRecords, egress + PROFILE_RECORDS + slot));
    put(build.classPorts, words + 4 + slot, at(build.profileRecords, ingress + PROFILE_RECORDS + slot));
    put(build.classInfo, words + slot, at(build.profileRecords, ingress + PROFILE_OWN_NODE + slot));
  }
  const out = at(build.profileRecords, egress + PROFILE_FLAGS);
  const into = at(build.profileRecords, ingress + PROFILE_FLAGS);
  const tiers = PROFILE_TIERS | PROFILE_TIERS_V1ALPHA1;
  let flags: u32 = CLASS_FLAG_SUBJECT;
  if (out & PROFILE_ISOLATED) flags |= CLASS_FLAG_ISOLATED_EGRESS;
  if (into & PROFILE_ISOLATED) flags |= CLASS_FLAG_ISOLATED_INGRESS;
  if (out & tiers) flags |= CLASS_FLAG_TIERS_EGRESS;
  if (into & tiers) flags |= CLASS_FLAG_TIERS_INGRESS;
  if (((out | into) & tiers) == tiers) flags |= CLASS_FLAG_BOTH_APIS;
  put(build.classInfo, words + 4, flags);
}
