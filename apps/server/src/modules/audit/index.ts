export { rebaseInbox } from './sealing/rebase.ts'
export { sealerDatabase, startSealer } from './sealing/sealer.ts'
export { sealTurn } from './sealing/seal-turn.ts'
