import { openSurface } from '@zenops/surface/surface.ts'
import { t } from './texts.ts'

/** This app's one client, cache and session. */
export const surface = openSurface({
  aud: 'studio',
  tone: 'amber',
  words: () => ({ app: t('app'), signInTitle: t('sign_in_title'), grantor: t('grantor_operators') }),
})
