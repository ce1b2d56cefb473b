import { email as emailShape } from '@zenops/contracts/values'
import { t } from './words.ts'

export type Delivery = 'email' | 'manual'

export const deliveryOptions = () => [
  { value: 'email', label: t('delivery_email') },
  { value: 'manual', label: t('delivery_manual') },
]

/** Sentences for what is missing before a person can be invited. */
export function faultsOfPerson(person: { readonly email: string; readonly name: string }): Record<string, string> {
  return {
    ...(emailShape.safeParse(person.email).success ? {} : { email: t('email_needed') }),
    ...(person.name.trim() === '' ? { name: t('name_needed') } : {}),
  }
}
