import { LABELS_OPEN, OPERATOR_EXISTS, OPERATOR_IN } from "../abi";
import { namespacesToAsk, newNamespaceIndex } from "../namespace-index";
import { at, newVec, push } from "../vec";
import { pushAll } from "./words";

const ID: u32 = 1;
const TEAM: u32 = 2;
const OPEN: u32 = LABELS_OPEN;

/** The address of some words. */
function words(list: u32[]): usize {
  const vec = newVec(list.length);
  pushAll(vec, list);
  return vec.data;
}

const namespaces = newVec(8);
const index = newNamespaceIndex();
const key = heap.alloc(8);

function add(flags: u32, labels: u32[]): void {
  push(namespaces, <u32>words([flags, <u32>labels.length / 2].concat(labels)));
}

/** Asked for by a selector, in ascending order. */
function asked(selector: u32[], first: u32 = 0): u32[] {
  const found = namespacesToAsk(index, namespaces, words(selector), first, key);
  const list: u32[] = [];
  for (let i: u32 = 0; i < found.length; ++i) list.push(at(found, i));
  return list.sort((a, b) => <i32>a - <i32>b);
}

describe("namespaces by their labels", () => {
  it("are those that have a value, and those whose labels are not all known", () => {
    add(0, [ID, 10, TEAM, 20]);
    add(0, [ID, 11, TEAM, 20]);
    add(OPEN, [ID, 12]);
    add(0, [TEAM, 21]);
    expect(asked([1, OPERATOR_IN, ID, 1, 11])).toStrictEqual([1, 2]);
    expect(asked([1, OPERATOR_IN, TEAM, 1, 20])).toStrictEqual([0, 1, 2]);
    expect(asked([1, OPERATOR_IN, TEAM, 2, 20, 21])).toStrictEqual([0, 1, 2, 3]);
    expect(asked([1, OPERATOR_IN, ID, 1, 99])).toStrictEqual([2], "nobody has it");
  });

  it("are asked for by the requirement that the fewest meet", () => {
    expect(asked([2, OPERATOR_IN, TEAM, 1, 20, OPERATOR_IN, ID, 1, 10])).toStrictEqual([0, 2]);
  });

  it("are all of them where no value is asked for", () => {
    expect(asked([0])).toStrictEqual([0, 1, 2, 3]);
    expect(asked([1, OPERATOR_EXISTS, ID, 0])).toStrictEqual([0, 1, 2, 3]);
  });

  it("that come later are taken in, and asked for alone", () => {
    add(0, [ID, 11, TEAM, 20]);
    add(OPEN, []);
    expect(asked([1, OPERATOR_IN, ID, 1, 11], 4)).toStrictEqual([4, 5]);
    expect(asked([1, OPERATOR_IN, TEAM, 1, 20])).toStrictEqual([0, 1, 2, 4, 5]);
    expect(asked([0], 5)).toStrictEqual([5]);
  });
});
