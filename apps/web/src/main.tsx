import { start } from '@zenops/surface/start.tsx'
import { MissingRight } from './lib/session.tsx'
import { surface } from './lib/surface.ts'
import { router } from './router.tsx'

start(surface, { router, explains: (error) => error instanceof MissingRight })
