"""One-process OpenStack Swift with its S3 API, for tests.

Started as: swift-server.py DIRECTORY ACCESS_KEY SECRET
Binds four free loopback ports, builds single-device rings below DIRECTORY, loads the account, container, object and
proxy servers, prints {"endpoint": ...} and serves until its standard input closes, so that it never outlives its owner.
"""
import json
import os
import sys
import time

root, access_key, secret = sys.argv[1:4]
account, user = access_key.split(':')
conf_path = os.path.join(root, 'swift.conf')
with open(conf_path, 'w') as conf:
    conf.write('[swift-hash]\nswift_hash_path_prefix = test\nswift_hash_path_suffix = test\n'
               '[storage-policy:0]\nname = single\ndefault = yes\n')

from swift.common import utils  # noqa: E402
utils.SWIFT_CONF_FILE = conf_path
utils.eventlet_monkey_patch()
utils.validate_configuration()

import eventlet  # noqa: E402
from eventlet import wsgi  # noqa: E402
from swift.common.ring.builder import RingBuilder  # noqa: E402
from swift.common.wsgi import loadapp  # noqa: E402

eventlet.debug.hub_exceptions(False)


class Cache:
    """What tempauth asks of memcached, within this one process; entries end after their time."""

    def __init__(self):
        self.entries = {}

    def get(self, key, *_, **__):
        value, until = self.entries.get(key, (None, 0))
        return value if until > time.time() else None

    def set(self, key, value, *_, **options):
        self.entries[key] = (value, time.time() + (options.get('time') or 60))

    def delete(self, key, *_, **__):
        self.entries.pop(key, None)

    def incr(self, key, delta=1, time=0, **_):
        value = int(self.get(key) or 0) + delta
        self.set(key, value, time=time)
        return value


def with_cache(app):
    cache = Cache()

    def call(env, start_response):
        env['swift.cache'] = cache
        return app(env, start_response)
    return call


NAMES = ('account', 'container', 'object', 'proxy')
sockets = {name: eventlet.listen(('127.0.0.1', 0), backlog=256) for name in NAMES}
ports = {name: sock.getsockname()[1] for name, sock in sockets.items()}
os.makedirs(os.path.join(root, 'devices', 'one'))

for name in NAMES[:3]:
    builder = RingBuilder(2, 1, 0)
    builder.add_dev({'region': 1, 'zone': 1, 'ip': '127.0.0.1', 'port': ports[name], 'device': 'one', 'weight': 1,
                     'replication_ip': '127.0.0.1', 'replication_port': ports[name], 'meta': ''})
    builder.rebalance()
    builder.get_ring().save(os.path.join(root, name + '.ring.gz'))

COMMON = '[DEFAULT]\nswift_dir = %s\ndevices = %s\nmount_check = false\nlog_level = ERROR\n' % (
    root, os.path.join(root, 'devices'))
for name in NAMES[:3]:
    with open(os.path.join(root, name + '.conf'), 'w') as conf:
        conf.write(COMMON + '[pipeline:main]\npipeline = server\n[app:server]\nuse = egg:swift#%s\n' % name)
FILTERS = ('catch_errors', 'gatekeeper', 'listing_formats', 's3api', 'tempauth', 'copy', 'bulk', 'slo', 'dlo')
with open(os.path.join(root, 'proxy.conf'), 'w') as conf:
    conf.write(COMMON + '[pipeline:main]\npipeline = %s proxy-server\n' % ' '.join(FILTERS))
    for name in FILTERS:
        conf.write('[filter:%s]\nuse = egg:swift#%s\n' % (name, name))
        if name == 's3api':
            conf.write('s3_acl = false\nlocation = us-east-1\nauth_pipeline_check = true\n')
        if name == 'tempauth':
            conf.write('user_%s_%s = %s .admin\n' % (account, user, secret))
    conf.write('[app:proxy-server]\nuse = egg:swift#proxy\nallow_account_management = true\naccount_autocreate = true\n'
               'node_timeout = 30\nconn_timeout = 5\n')

for name in NAMES:
    app = loadapp(os.path.join(root, name + '.conf'), global_conf={'log_name': name})
    app = with_cache(app) if name == 'proxy' else app
    eventlet.spawn(wsgi.server, sockets[name], app, log=open(os.devnull, 'w'), custom_pool=eventlet.GreenPool(256))

print(json.dumps({'endpoint': 'http://127.0.0.1:%d' % ports['proxy']}), flush=True)
eventlet.tpool.execute(sys.stdin.buffer.read)
