import { Code } from '@zenops/ui/values'
import { t } from './texts.ts'

export interface PlaceProps {
  readonly latitude: number
  readonly longitude: number
}

/** Coordinates to copy, and a link that the device's own map opens. */
export function Place({ latitude, longitude }: PlaceProps) {
  const pair = `${latitude.toFixed(6)}, ${longitude.toFixed(6)}`
  return (
    <span className="z-stack-tight">
      <Code code={pair} />
      <a href={`geo:${latitude},${longitude}`}>{t('map_app')}</a>
    </span>
  )
}
