import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** `npx vite packages/ui/stories`: every component with made-up content; part of no app. */
// oxlint-disable-next-line import/no-default-export -- Vite reads its settings from the default export.
export default defineConfig({ plugins: [react()], server: { port: 5180, strictPort: true } })
