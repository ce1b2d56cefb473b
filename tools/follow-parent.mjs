// Preloaded into the server by tools/start.mjs: when the starter dies without a word, the server stops in order too.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
process.channel?.unref()
