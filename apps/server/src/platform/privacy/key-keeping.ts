import type { Services } from '../services.ts'
import { createSecretBox, type SecretBox } from './secret-box.ts'
import type { SubjectKeys } from './subject-keys.ts'
import { LockedBucket, lockedBucketOf } from '../storage/locked-bucket.ts'
import { bucketTombstones, everywhere, fileTombstones, type Tombstones } from './tombstones.ts'

/** People's keys, what wraps them, and what remembers the destroyed ones outside of the database. */
export interface KeyKeeping {
  readonly keys: SubjectKeys
  readonly box: SecretBox
  readonly tombstones: Tombstones
}

/** Where the notary's notes go, its folder always. */
function tombstonesOf({ config, clock }: Services): Tombstones {
  const now = (): Date => clock.now()
  const folder = fileTombstones(config.AUDIT_NOTARY_DIR, now)
  if (!config.AUDIT_NOTARY_SINKS.includes('s3')) return folder
  return everywhere([folder, bucketTombstones(new LockedBucket(lockedBucketOf(config, now)), now)])
}

export const keyKeepingOf = (services: Services): KeyKeeping => ({
  keys: services.subjectKeys,
  box: createSecretBox(services.config.ZEN_KEK_KEYS),
  tombstones: tombstonesOf(services),
})
