import { encodeQR } from 'qr'
import { useMemo } from 'react'
import './sign-in.css'

export interface QrCodeProps {
  readonly text: string
  /** What it is for; the text itself stands beside it for who cannot scan. */
  readonly label: string
}

/** Quiet zone that scanners need, in modules. */
const QUIET = 4

/** Each run of dark modules is one bar: fewer shapes, no hairlines between them. */
function pathOf(rows: readonly (readonly boolean[])[]): string {
  const bars: string[] = []
  rows.forEach((row, y) => {
    let from = -1
    for (let x = 0; x <= row.length; x += 1) {
      if (row[x] && from < 0) from = x
      if (!row[x] && from >= 0) {
        bars.push(`M${from} ${y}h${x - from}v1h${from - x}z`)
        from = -1
      }
    }
  })
  return bars.join('')
}

/** A QR code, dark on light in both themes: scanners do not read it the other way round. */
export function QrCode({ text, label }: QrCodeProps) {
  const rows = useMemo(() => encodeQR(text, 'raw', { ecc: 'medium', border: QUIET }), [text])
  return (
    <svg
      className="z-qr"
      role="img"
      aria-label={label}
      viewBox={`0 0 ${rows.length} ${rows.length}`}
      shapeRendering="crispEdges"
    >
      <path d={pathOf(rows)} />
    </svg>
  )
}
