import { createLazyRoute } from '@tanstack/react-router'
import { Overview } from '../features/ops/overview.tsx'

export const Route = createLazyRoute('/frame/')({ component: Overview })
