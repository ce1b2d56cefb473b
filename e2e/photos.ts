import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

export interface Photo {
  readonly name: string
  readonly mimeType: 'image/jpeg'
  readonly buffer: Buffer
}

export interface PhotoWish {
  readonly seed: number
  readonly takenAt?: string
  readonly offset?: string
  readonly geo?: { readonly lat: number; readonly lng: number; readonly accuracyM?: number }
  readonly device?: { readonly make: string; readonly model: string }
}

// Drawn by a program of its own: a story uses the product from outside and imports nothing of it.
const drawing = pathToFileURL(join(import.meta.dirname, '../apps/server/test/harness/photo-fixture.ts')).href
const program = (wish: PhotoWish): string =>
  `import { drawPhoto } from ${JSON.stringify(drawing)}
   process.stdout.write(await drawPhoto(${JSON.stringify({ width: 800, height: 600, ...wish })}))`

/** A real JPEG with EXIF, as a phone would take it. */
export function takePhoto(name: string, wish: PhotoWish): Promise<Photo> {
  return new Promise((resolve, reject) => {
    const options = { encoding: 'buffer', maxBuffer: 20 * 1024 * 1024, timeout: 30_000 } as const
    execFile(process.execPath, ['--input-type=module', '-e', program(wish)], options, (error, stdout, stderr) => {
      if (error) reject(new Error(`no photo was drawn: ${stderr.toString()}`))
      else resolve({ name, mimeType: 'image/jpeg', buffer: stdout })
    })
  })
}
