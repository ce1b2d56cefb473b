import { start } from '@zenops/surface/start.tsx'
import { surface } from './lib/surface.ts'
import { router } from './router.tsx'

start(surface, { router })
