/**
 * Steps: what a row is made of, in the order in which they decide.
 *
 *   step = action | flags, number of terms, terms (sorted, each once)
 */

export const STEP_ACTION_MASK: u32 = 0xff;
/** The step belongs to the additive tier. */
export const STEP_ADDITIVE: u32 = 0x100;
/** Of the end of one of tied policies: whether it selects the subject is open. It applies as a whole or not at all. */
export const STEP_OPEN_SUBJECT: u32 = 0x200;
