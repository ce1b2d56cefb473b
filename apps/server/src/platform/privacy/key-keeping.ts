import type { Services } from '../services.ts'
import { createSecretBox, type SecretBox } from './secret-box.ts'
import type { SubjectKeys } from './subject-keys.ts'
import { fileTombstones, type Tombstones } from './tombstones.ts'

/** People's keys, what wraps them, and what remembers the destroyed ones outside of the database. */
export interface KeyKeeping {
  readonly keys: SubjectKeys
  readonly box: SecretBox
  readonly tombstones: Tombstones
}

export const keyKeepingOf = ({ config, clock, subjectKeys }: Services): KeyKeeping => ({
  keys: subjectKeys,
  box: createSecretBox(config.ZEN_KEK_KEYS),
  tombstones: fileTombstones(config.AUDIT_NOTARY_DIR, () => clock.now()),
})
