/** The queue of turns that ask for a job in each firm. */
export const TURN = 'scheduler.turn'
