import sharp, { type Exif } from 'sharp'

/** A photo as a phone would take it, drawn instead of taken: the same wish gives the same picture. */
export type PhotoWish = {
  seed: number
  /** Pixels as stored; default 1600 × 1200. */
  width?: number
  height?: number
  /** 1–100, default 80. */
  quality?: number
  /** 0–1: how much film grain; grain makes the file larger. Default 0.1. */
  grain?: number
  /** Wall clock, `YYYY-MM-DD HH:MM:SS`. */
  takenAt?: string
  /** Such as `+05:30`; without it the camera does not tell. */
  offset?: string
  geo?: { lat: number; lng: number; accuracyM?: number }
  device?: { make: string; model: string }
  /** EXIF 1–8. */
  orientation?: number
}

/** JPEG bytes with the wished EXIF. */
export const drawPhoto = async (wish: PhotoWish): Promise<Buffer> => {
  const { width = 1600, height = 1200 } = wish
  const random = randomFrom(wish.seed)
  const grain = grainOf(random, { width, height, strength: wish.grain ?? 0.1 })
  const drawn = sharp(Buffer.from(sceneOf(random, width, height)))
    .flatten({ background: '#ffffff' })
    .composite([{ input: grain, raw: { width, height, channels: 4 }, blend: 'over' }])
    .jpeg({ quality: wish.quality ?? 80 })
    .withExif(exifOf(wish))
  return (wish.orientation ? drawn.withMetadata({ orientation: wish.orientation }) : drawn).toBuffer()
}

type Random = () => number

/** A small generator (mulberry32): the same numbers for a seed on every machine. */
const randomFrom = (seed: number): Random => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const grainOf = (random: Random, size: { width: number; height: number; strength: number }): Buffer => {
  const pixels = Buffer.alloc(size.width * size.height * 4)
  for (let at = 0; at < pixels.length; at += 4) {
    const light = Math.floor(random() * 256)
    pixels.fill(light, at, at + 3)
    pixels[at + 3] = Math.floor(size.strength * 255 * 0.6)
  }
  return pixels
}

const WALLS = ['#e8d3b0', '#d9c2a4', '#c9d6c3', '#e3c9c0', '#cfd3dc', '#efe3c2']
const ROOFS = ['#8a3f2d', '#6b4a3a', '#5a5f66', '#a3552f']

const one = (random: Random, choices: readonly string[]): string => choices[Math.floor(random() * choices.length)] ?? ''

/** Sky, hills, a house with floors, windows and a door, trees, a compound wall, in a frame of 1000 × 750. */
const sceneOf = (random: Random, width: number, height: number): string => {
  const between = (low: number, high: number) => Math.round(low + random() * (high - low))
  const floors = between(1, 3)
  const [left, right, ground] = [between(180, 300), between(680, 820), 600]
  const top = ground - floors * 130
  const windows = Array.from({ length: floors }, (_, floor) =>
    Array.from({ length: 3 }, (__, n) => {
      const x = left + 40 + (n * (right - left - 120)) / 2
      const y = ground - (floor + 1) * 130 + 35
      return `<rect x="${x}" y="${y}" width="60" height="55" fill="#5f7f99" stroke="#fff" stroke-width="5"/>`
    }).join(''),
  ).join('')
  const trees = Array.from({ length: between(2, 6) }, () => {
    const [x, size] = [between(20, 980), between(40, 90)]
    const tree = `<rect x="${x - 6}" y="540" width="12" height="70" fill="#5b4632"/>`
    return `${tree}<circle cx="${x}" cy="${540 - size / 2}" r="${size}" fill="hsl(${between(85, 130)} 40% ${between(25, 40)}%)"/>`
  }).join('')
  const roof = `<polygon points="${left - 25},${top} ${right + 25},${top} ${(left + right) / 2},${top - between(40, 110)}"/>`
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 1000 750" preserveAspectRatio="none">
<defs><linearGradient id="sky" x2="0" y2="1"><stop stop-color="hsl(${between(195, 215)} 70% 60%)"/><stop offset="1" stop-color="#f3efe4"/></linearGradient></defs>
<rect width="1000" height="750" fill="url(#sky)"/>
<path d="M0 ${between(380, 460)} Q 250 ${between(280, 380)} 500 ${between(400, 460)} T 1000 ${between(360, 440)} V 750 H 0 Z" fill="#93a97c"/>
<rect y="${ground}" width="1000" height="150" fill="#a58f6c"/>
<rect x="${left}" y="${top}" width="${right - left}" height="${ground - top}" fill="${one(random, WALLS)}" stroke="#77695a" stroke-width="3"/>
<g fill="${one(random, ROOFS)}">${roof}</g>${windows}
<rect x="${(left + right) / 2 - 30}" y="${ground - 95}" width="60" height="95" fill="#5a3b25"/>
${trees}<rect y="640" width="1000" height="14" fill="#6d5f4c"/></svg>`
}

const rational = (value: number, parts: number): string => `${Math.round(value * parts)}/${parts}`

const sexagesimal = (value: number): string => {
  const degrees = Math.floor(value)
  const minutes = Math.floor((value - degrees) * 60)
  return `${degrees}/1 ${minutes}/1 ${rational(((value - degrees) * 60 - minutes) * 60, 100_000)}`
}

const exifOf = (wish: PhotoWish): Exif => {
  const device = wish.device ? { Make: wish.device.make, Model: wish.device.model } : {}
  const taken = wish.takenAt ? { DateTimeOriginal: wish.takenAt.replaceAll('-', ':') } : {}
  const offset = wish.offset ? { OffsetTimeOriginal: wish.offset } : {}
  return { IFD0: device, IFD2: { ...taken, ...offset }, IFD3: wish.geo ? gpsOf(wish.geo) : {} }
}

const gpsOf = (geo: NonNullable<PhotoWish['geo']>): Record<string, string> => ({
  GPSLatitudeRef: geo.lat < 0 ? 'S' : 'N',
  GPSLatitude: sexagesimal(Math.abs(geo.lat)),
  GPSLongitudeRef: geo.lng < 0 ? 'W' : 'E',
  GPSLongitude: sexagesimal(Math.abs(geo.lng)),
  ...(geo.accuracyM === undefined ? {} : { GPSHPositioningError: rational(geo.accuracyM, 10) }),
})
