import sharp, { type Sharp } from 'sharp'

/** A decoded picture may hold this many pixels; more is refused before it is decoded. */
export const MOST_MEGAPIXELS = 120
export const LONG_EDGE = 1_600
const THUMBNAIL_EDGE = 256

export interface Rendition {
  bytes: Uint8Array
  mime: 'image/jpeg' | 'image/webp'
  width: number
  height: number
}

/** Not a picture that can be read, or a larger one than may be decoded. */
export class ImageRefused extends Error {
  readonly reason: 'UNREADABLE' | 'TOO_LARGE'

  constructor(reason: 'UNREADABLE' | 'TOO_LARGE', message: string) {
    super(message)
    this.name = 'ImageRefused'
    this.reason = reason
  }
}

// The cache of the library would keep pictures of one tenant in memory while those of another are made.
sharp.cache(false)

/**
 * The picture as packs embed it: upright by its EXIF orientation, at most 1,600 px long, JPEG of quality 85, in sRGB,
 * without any metadata. Equal input gives equal bytes.
 * @throws ImageRefused
 */
export async function packRendition(original: Uint8Array): Promise<Rendition> {
  return render('image/jpeg', () =>
    open(original)
      .resize({ width: LONG_EDGE, height: LONG_EDGE, fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .jpeg({ quality: 85, chromaSubsampling: '4:2:0', mozjpeg: false, progressive: false }),
  )
}

/** WebP of at most 256 px for boards and lists. @throws ImageRefused */
export async function thumbnail(original: Uint8Array): Promise<Rendition> {
  return render('image/webp', () =>
    open(original)
      .resize({ width: THUMBNAIL_EDGE, height: THUMBNAIL_EDGE, fit: 'inside', withoutEnlargement: true })
      .toColourspace('srgb')
      .webp({ quality: 75, effort: 4 }),
  )
}

/** WebP of at most 1,600 px for looking at on a screen. @throws ImageRefused */
export async function preview(original: Uint8Array): Promise<Rendition> {
  return render('image/webp', () =>
    open(original)
      .resize({ width: LONG_EDGE, height: LONG_EDGE, fit: 'inside', withoutEnlargement: true })
      .toColourspace('srgb')
      .webp({ quality: 80, effort: 4 }),
  )
}

/** Size as people see the picture, after EXIF rotation; reads the header only. @throws ImageRefused */
export async function uprightSize(original: Uint8Array): Promise<{ width: number; height: number; format: string }> {
  const { width, height, format, orientation } = await attempt(() => sharp(original, OPEN).metadata())
  if (width * height > MOST_MEGAPIXELS * 1e6) throw new ImageRefused('TOO_LARGE', TOO_LARGE)
  const lies = (orientation ?? 1) >= 5
  return { width: lies ? height : width, height: lies ? width : height, format }
}

const TOO_LARGE = `The picture has more than ${MOST_MEGAPIXELS} megapixels`
const OPEN = {
  limitInputPixels: MOST_MEGAPIXELS * 1e6,
  failOn: 'error',
  sequentialRead: true,
  animated: false,
} as const

function open(original: Uint8Array): Sharp {
  return sharp(original, OPEN).autoOrient()
}

async function render(mime: Rendition['mime'], make: () => Sharp): Promise<Rendition> {
  const { data, info } = await attempt(() => make().toBuffer({ resolveWithObject: true }))
  return {
    bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    mime,
    width: info.width,
    height: info.height,
  }
}

async function attempt<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const message = error instanceof Error ? error.message : ''
    if (/pixel limit/i.test(message)) throw new ImageRefused('TOO_LARGE', TOO_LARGE)
    throw new ImageRefused('UNREADABLE', 'The file is not a picture that can be read')
  }
}
