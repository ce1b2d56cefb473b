import type { ReadyConfig } from '../../config.ts'
import { type LocalStorage, openLocalStorage } from './local.ts'
import type { StoragePort } from './port.ts'
import { openS3Storage } from './s3.ts'

const required = (value: string | undefined, name: string): string => {
  if (value === undefined) throw new Error(`${name} is not configured`)
  return value
}

/** The configured driver. The local one signs relative links, so they hold on every origin of the product. */
export async function openStorage(config: ReadyConfig, now: () => Date): Promise<StoragePort | LocalStorage> {
  if (config.STORAGE_DRIVER === 'local') {
    return openLocalStorage({
      directory: config.STORAGE_LOCAL_DIR,
      keys: [...config.STORAGE_SIGNING_KEYS],
      origin: '',
      now,
    })
  }
  return openS3Storage({
    ...(config.S3_ENDPOINT === undefined ? {} : { endpoint: config.S3_ENDPOINT }),
    region: config.S3_REGION,
    bucket: required(config.S3_BUCKET, 'S3_BUCKET'),
    accessKeyId: required(config.S3_ACCESS_KEY_ID, 'S3_ACCESS_KEY_ID'),
    secretAccessKey: required(config.S3_SECRET_ACCESS_KEY, 'S3_SECRET_ACCESS_KEY'),
    pathStyle: config.S3_PATH_STYLE,
    now,
  })
}

/** The local driver's disk, for the routes that serve its signed links; null with any other driver. */
export const localStorageOf = (storage: StoragePort): LocalStorage | null =>
  'disk' in storage ? (storage as LocalStorage) : null
