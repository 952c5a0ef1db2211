/**
 * Three-valued matching: what the input leaves open neither matches nor misses.
 *
 * The order of the numbers makes "and" the smaller and "or" the larger of two answers.
 */

export const MATCH_NO: u32 = 0;
export const MATCH_OPEN: u32 = 1;
export const MATCH_YES: u32 = 2;
