import react from '@vitejs/plugin-react'
import { defineConfig, loadEnv } from 'vite'

/** Settings of one app. In development it stands on `port`; `/v1` goes to the API of the same surface, so that cookies keep their origin. */
export const surfaceConfig = (port: number, api: string) =>
  defineConfig(({ mode }) => {
    const env = loadEnv(mode, '.', 'ZENOPS_')
    return {
      plugins: [react()],
      // The server replaces the placeholder in each answer; every script and style tag carries it.
      html: { cspNonce: '%CSP_NONCE%' },
      build: { outDir: 'dist', emptyOutDir: true, target: 'es2022', sourcemap: false, assetsInlineLimit: 0 },
      server: { port, strictPort: true, proxy: { '/v1': env['ZENOPS_API'] ?? api } },
    }
  })
