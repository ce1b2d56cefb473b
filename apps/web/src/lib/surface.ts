import { openSurface } from '@zenops/surface/surface.ts'
import { t } from './texts.ts'

/** This app's one client, cache and session. */
export const surface = openSurface({
  aud: 'web',
  words: () => ({ app: t('app'), signInTitle: t('sign_in_title') }),
})
