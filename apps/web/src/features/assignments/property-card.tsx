import { useQuery } from '@tanstack/react-query'
import { getProperty } from '@zenops/contracts/directory'
import type { OutputOf } from '@zenops/contracts/kit'
import { AppLink } from '@zenops/ui/links'
import { RecordFacts } from '@zenops/ui/record'
import { SkeletonRows } from '@zenops/ui/states'
import { FailureCard } from '../../lib/failures.tsx'
import { Place } from '../../lib/place.tsx'
import { ask } from '../../lib/queries.ts'
import { t } from './words.ts'

type Property = OutputOf<typeof getProperty>

const joined = (...parts: readonly (string | null)[]): string => parts.filter(Boolean).join(', ')

function PropertyFacts({ property }: { readonly property: Property }) {
  const { latitude, longitude } = property
  return (
    <RecordFacts
      columns={2}
      facts={[
        {
          label: t('name'),
          value: <AppLink href={`/properties?preview=${property.id}`}>{property.name}</AppLink>,
        },
        { label: t('property_kind'), value: joined(property.property_type_name, property.property_subtype_name) },
        {
          label: t('address'),
          value: joined(
            property.line_1,
            property.line_2,
            property.village,
            property.taluk,
            property.district,
            property.city,
            property.state,
            property.postal_code,
          ),
        },
        { label: t('survey_no'), value: property.survey_no },
        { label: t('cts_no'), value: property.cts_no },
        { label: t('khata_no'), value: property.khata_no },
        {
          label: t('coordinates'),
          value:
            latitude === null || longitude === null ? (
              <span className="z-tertiary">{t('unknown_place')}</span>
            ) : (
              <Place latitude={latitude} longitude={longitude} />
            ),
        },
        { label: t('coord_source'), value: property.coord_source && t(`cs_${property.coord_source}`) },
      ]}
    />
  )
}

/** What is valued: address, numbers in the registers, and where it lies. */
export function PropertyCard({ id }: { readonly id: string | null }) {
  const query = useQuery({ ...ask(getProperty, { params: { id: id ?? '' } }), enabled: id !== null })
  return (
    <section className="z-card" aria-label={t('property')}>
      <h2>{t('property')}</h2>
      {id === null && <p className="z-secondary">{t('no_property_text')}</p>}
      {query.isError && <FailureCard error={query.error} onRetry={() => void query.refetch()} />}
      {id !== null && query.isPending && <SkeletonRows rows={4} columns={2} />}
      {query.data && <PropertyFacts property={query.data} />}
    </section>
  )
}
