import { createLazyRoute, useSearch } from '@tanstack/react-router'
import { Queue } from '../features/assignments/queue.tsx'

export const QueueRoute = createLazyRoute('/frame/assignments/')({ component: QueuePage })

function QueuePage() {
  return <Queue search={useSearch({ from: '/frame/assignments/' })} />
}
