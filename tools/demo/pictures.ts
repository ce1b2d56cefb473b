import sharp from 'sharp'
import { drawPhoto } from '../../apps/server/test/harness/photo-fixture.ts'

export interface Place {
  readonly lat: number
  readonly lng: number
}

/** A site photo as a phone takes it: EXIF time and GPS, some of them upright. */
export function sitePhoto(seed: number, place: Place, day: string): Promise<Buffer> {
  const upright = seed % 4 === 3
  return drawPhoto({
    seed,
    width: upright ? 1500 : 2000,
    height: upright ? 2000 : 1500,
    takenAt: `${day} 1${seed % 8}:2${seed % 10}:05`,
    offset: '+05:30',
    geo: { lat: place.lat + (seed % 7) * 0.00003, lng: place.lng + (seed % 5) * 0.00003, accuracyM: 5 },
    device: { make: 'Demo', model: 'Field phone' },
  })
}

const line = (points: string, width: number, colour: string): string =>
  `<polyline points="${points}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"/>`

/** A map as a screenshot would show it: streets, blocks, a pin and, for the way there, a route. */
export function mapPicture({ lat, lng }: Place, route: boolean): Promise<Buffer> {
  const blocks = Array.from({ length: 24 }, (_, i) => {
    const [x, y] = [60 + (i % 6) * 260, 50 + Math.floor(i / 6) * 270]
    return `<rect x="${x}" y="${y}" width="${180 + (i % 3) * 20}" height="${190 + (i % 4) * 10}" rx="8" fill="${i % 5 === 0 ? '#cfe8c9' : '#efe9df'}"/>`
  })
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="1600" height="1100">
    <rect width="1600" height="1100" fill="#f7f5f0"/>${blocks.join('')}
    ${line('0,275 1600,300', 26, '#ffffff')}${line('0,545 1600,560', 34, '#fbe29a')}${line('290,0 300,1100', 26, '#ffffff')}${line('820,0 800,1100', 30, '#ffffff')}
    ${route ? line('120,1000 300,820 300,552 805,552 805,300 1060,292', 14, '#2f6fde') : ''}
    <path d="M1060 292c-26-46-52-72-52-104a52 52 0 1 1 104 0c0 32-26 58-52 104z" fill="#d8372c"/><circle cx="1060" cy="188" r="18" fill="#fff"/>
    <rect x="24" y="1030" width="520" height="46" fill="#ffffff" opacity="0.85"/>
    <text x="40" y="1062" font-family="DejaVu Sans, sans-serif" font-size="26" fill="#333">${lat.toFixed(6)}, ${lng.toFixed(6)}</text></svg>`
  return sharp(Buffer.from(svg)).jpeg({ quality: 88 }).toBuffer()
}

/** A page of the register of guideline values. */
export function guidelinePicture(rate: string): Promise<Buffer> {
  const rows = ['Locality', 'Category', 'Unit', 'Guideline rate', 'In force from']
  const values = ['As per the register', 'Residential', 'as stated', rate, '01-04-2026']
  const cells = rows.map(
    (
      row,
      i,
    ) => `<rect x="80" y="${220 + i * 110}" width="1440" height="110" fill="${i % 2 ? '#fff' : '#f3f6fa'}" stroke="#9ab"/>
      <text x="120" y="${290 + i * 110}" font-family="DejaVu Sans, sans-serif" font-size="40" fill="#234">${row}</text>
      <text x="760" y="${290 + i * 110}" font-family="DejaVu Sans, sans-serif" font-size="40" fill="#111">${values[i] ?? ''}</text>`,
  )
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="1600" height="900"><rect width="1600" height="900" fill="#fff"/>
    <rect width="1600" height="140" fill="#28527a"/><text x="80" y="92" font-family="DejaVu Sans, sans-serif" font-size="52" fill="#fff">Register of guideline values</text>${cells.join('')}</svg>`
  return sharp(Buffer.from(svg)).png().toBuffer()
}

/** A one-page PDF that says what paper it stands for. */
export function paper(title: string): Buffer {
  const stream = `BT /F1 20 Tf 72 760 Td (${title.replace(/[()\\]/g, '')}) Tj ET`
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>',
    `<</Length ${stream.length}>>\nstream\n${stream}\nendstream`,
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
  ]
  let text = '%PDF-1.4\n'
  const offsets = objects.map((body, index) => {
    const at = text.length
    text += `${index + 1} 0 obj${body}\nendobj\n`
    return at
  })
  const start = text.length
  const table = offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('')
  return Buffer.from(
    `${text}xref\n0 6\n0000000000 65535 f \n${table}trailer<</Size 6/Root 1 0 R>>\nstartxref\n${start}\n%%EOF\n`,
  )
}
