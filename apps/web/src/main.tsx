import { ApiError } from '@zenops/client/api-error'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { MissingRight } from './lib/session.tsx'

/** What a page explains by itself is no fault of the program; everything else is reported. */
const isExplained = (error: unknown): boolean => error instanceof ApiError || error instanceof MissingRight

const place = document.getElementById('root')
if (place)
  createRoot(place, {
    onCaughtError(error) {
      if (!isExplained(error)) reportError(error)
    },
  }).render(<App />)
