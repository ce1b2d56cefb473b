/** Marks of an axis from zero at steps of 1, 2 or 5, so that the largest value lies at or below the last. */
export function ticksTo(largest: number, wanted = 4): number[] {
  const top = largest > 0 && Number.isFinite(largest) ? largest : 1
  const rough = top / wanted
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = ([1, 2, 5, 10].find((one) => one * power >= rough) ?? 10) * power
  const count = Math.ceil(top / step - 1e-9)
  return Array.from({ length: count + 1 }, (_, n) => Number((n * step).toPrecision(12)))
}

/** `M0 10L5 3…`, broken where a value is missing. */
export function pathOf(points: readonly (readonly [x: number, y: number] | null)[]): string {
  let drawing = false
  return points
    .map((point) => {
      if (point === null) {
        drawing = false
        return ''
      }
      const command = drawing ? 'L' : 'M'
      drawing = true
      return `${command}${point[0].toFixed(1)} ${point[1].toFixed(1)}`
    })
    .join('')
}
