import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** `npx vite packages/ui/stories`: every component with made-up content; part of no app. */
export default defineConfig({ plugins: [react()], server: { port: 5180, strictPort: true } })
