import { readCoordinates } from '../model/read-coordinates.ts'
import { ChoiceField } from '@zenops/ui/choice-fields'
import { CoordField } from '@zenops/ui/number-fields'
import { GEO_SOURCES } from '@zenops/contracts/report-enums'
import { fieldId } from '../model/form-sections.ts'
import { numberText, readFigure, ruleOf } from '../model/measure.ts'
import { useField, useForm } from '../model/use-draft.ts'
import { t, word } from '../texts.ts'
import { ReasonInline } from './reason-inline.tsx'

const PATH = 'property.geo'

/** Decimal degrees, and where they come from; a pasted pair fills both, in degrees, minutes and seconds too. */
export function GeoField({ label }: { readonly label: string }) {
  const { locked, errors } = useForm()
  const lat = useField(`${PATH}.lat`)
  const lng = useField(`${PATH}.lng`)
  const source = useField(`${PATH}.source`)
  const take = (field: typeof lat, text: string | null, kind: 'latitude' | 'longitude') => {
    const read = text === null ? null : readFigure(text, ruleOf(kind))
    if (read === null) field.set(null)
    else if (read.ok) field.set(read.value)
  }
  return (
    <div
      className="rp-field"
      onPasteCapture={(event) => {
        const point = locked ? null : readCoordinates(event.clipboardData.getData('text'))
        if (!point) return
        event.preventDefault()
        lat.set(point.lat)
        lng.set(point.lng)
      }}
    >
      <CoordField
        label={label}
        id={fieldId(PATH)}
        disabled={locked}
        error={errors[`${PATH}.lat`] ?? errors[`${PATH}.lng`]}
        latitude={numberText(lat.value)}
        longitude={numberText(lng.value)}
        onChange={(latitude, longitude) => {
          if (latitude !== numberText(lat.value)) take(lat, latitude, 'latitude')
          if (longitude !== numberText(lng.value)) take(lng, longitude, 'longitude')
        }}
      />
      <ChoiceField
        label={t('geo_source')}
        inline
        disabled={locked}
        value={typeof source.value === 'string' ? source.value : null}
        options={GEO_SOURCES.map((value) => ({ value, label: word(value) }))}
        onChange={source.set}
      />
      <ReasonInline path={PATH} label={label} />
    </div>
  )
}
