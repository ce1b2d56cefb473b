import { start } from '@zenops/surface/start.tsx'
import { surface } from './lib/surface.ts'
import { router } from './router.tsx'

// Platform pages tell times in UTC.
start(surface, { router, zone: 'UTC' })
