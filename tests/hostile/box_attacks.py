"""Programs that try to get out of a sandbox, at what is around it, or beyond its limits.

Each says `tried` and, if it got anywhere and was not stopped for it, `THROUGH`. They make system calls by their numbers, so that
no library stands between them and the kernel.
"""

from __future__ import annotations

PRELUDE = """
import ctypes, errno, mmap, os, platform, resource, select, signal, socket, struct, subprocess, sys
import threading, time
libc = ctypes.CDLL(None, use_errno=True)
INTEL = platform.machine() == 'x86_64'

def call(numbers, *arguments):
    number = numbers[0] if INTEL else numbers[1]
    wide = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    result = libc.syscall(ctypes.c_long(number), *wide)
    return result if result >= 0 else -ctypes.get_errno()

def through(*what): print('THROUGH', *what, flush=True)

def refused(numbers, *arguments):
    result = call(numbers, *arguments)
    if result >= 0: through(numbers, arguments, result)

def held(action, *arguments):
    try: through(action, arguments, action(*arguments))
    except (OSError, ValueError): pass

def in_child(action):
    child = os.fork()
    if child == 0:
        action()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

print('tried', flush=True)
"""

HIGH = "(1 << 32)"
"""Added to an argument of 32 bits, of which the kernel reads no more: what compares all 64 is misled."""

WALLS = {
    # Keys.
    "read the session keyring": "refused((250, 219), 11, -3, ctypes.create_string_buffer(99), 99)",
    "describe the user keyring": "refused((250, 219), 6, -4, ctypes.create_string_buffer(99), 99)",
    "search the session keyring": "refused((250, 219), 10, -3, b'user', b'softhouse-canary', 0)",
    "join another keyring": "refused((250, 219), 1, None)",
    "add a key": "refused((248, 217), b'user', b'x', b'y', 1, -3)",
    "ask for a key": "refused((249, 218), b'user', b'softhouse-canary', None, -3)",
    "list keys": "print(open('/proc/keys').read() and through('keys') or '')",
    # Doors into the kernel.
    "io_uring": "refused((425, 425), 8, ctypes.create_string_buffer(120))",
    "io_uring by its other calls": "for n in (426, 427):\n e = call((n, n), 0, 0, 0, 0, 0, 0)\n e == -errno.EPERM or through(n, e)",
    "userfaultfd": "refused((323, 282), 1)",
    "the device userfaultfd": "held(os.open, '/dev/userfaultfd', os.O_RDWR)",
    "memfd_secret": "refused((447, 447), 0)",
    "asynchronous files": "refused((206, 0), 128, ctypes.byref(ctypes.c_ulong()))",
    "gift pages to a pipe": "r, w = os.pipe(); b = ctypes.create_string_buffer(9)\ni = struct.pack('PQ', ctypes.addressof(b), 9); refused((278, 75), w, i, 1, 0)",
    "bpf": "refused((321, 280), 0, ctypes.create_string_buffer(struct.pack('=4I', 1, 4, 8, 1) + bytes(112)), 128)",
    "performance counters": "refused((298, 241), ctypes.create_string_buffer(struct.pack('=II', 1, 128) + bytes(120)), 0, -1, -1, 0)",
    "kernel modules": "e = call((313, 273), 0, b'', 0); e == -errno.EPERM or through(e)",
    "another kernel": "e = call((246, 104), 0, 0, None, 0); e == -errno.EPERM or through(e)",
    "the kernel's log": "refused((103, 116), 3, ctypes.create_string_buffer(999), 999)",
    "the clock": "refused((227, 112), 0, struct.pack('qq', 0, 0)); held(time.clock_settime, 0, 0.0)",
    "the name of the machine": "refused((170, 161), b'mine', 4); held(socket.sethostname, 'mine')",
    "swap and accounts": "refused((168, 225), b'/tmp'); refused((163, 89), b'/tmp/account')",
    "ports of the machine": "INTEL and (refused((172, 0), 3), refused((173, 0), 0, 8, 1))",
    "a table of segments": "INTEL and refused((154, 0), 1, ctypes.create_string_buffer(16), 16)",
    "run what is only data": "refused((135, 92), 0x0400000)",
    # Sockets that end outside.
    "vsock": "held(socket.socket, 40, socket.SOCK_STREAM)",
    "vsock with more bits": f"refused((41, 198), 40 + {HIGH}, 1, 0)",
    "a pair of vsocks": "refused((53, 199), 40, 1, 0, ctypes.create_string_buffer(8))",
    "packets": "held(socket.socket, 17, socket.SOCK_RAW); held(socket.socket, 2, socket.SOCK_RAW, 1)",
    "the kernel's ciphers": "held(socket.socket, 38, socket.SOCK_SEQPACKET)",
    "every other family": "for f in set(range(3, 46)) - {10, 16}: held(socket.socket, f, 1); held(socket.socket, f, 2); held(socket.socket, f, 3)",
    "netlink to audit, firewall and devices": "for p in set(range(1, 23)) - {4}: held(socket.socket, 16, socket.SOCK_RAW, p)",
    "the network": "held(socket.create_connection, ('192.0.2.1', 80), 0.5)",
    "an abstract socket of this machine": "s = socket.socket(1); held(s.connect, ABSTRACT)",
    # The steward, which is process 1.
    "limits of process 1": "refused((302, 261), 1, 7, struct.pack('QQ', 3, 3), None)",
    "look at limits of process 1": "refused((302, 261), 1, 7, None, ctypes.create_string_buffer(16))",
    "limits of process 1 with more bits": f"refused((302, 261), 1 + {HIGH}, 7, struct.pack('QQ', 3, 3), None)",
    "memory of process 1": "b = ctypes.create_string_buffer(8); v = struct.pack('PQ', ctypes.addressof(b), 8)\nrefused((310, 270), 1, v, 1, v, 1, 0); refused((311, 271), 1, v, 1, v, 1, 0)",
    "trace process 1": "refused((101, 117), 16, 1, 0, 0); refused((101, 117), 0x4206, 1, 0, 0)",
    "trace at all": "refused((101, 117), 0, 0, 0, 0)",
    "files of process 1": "p = call((434, 434), 1, 0)\nif p >= 0:\n for n in range(8): refused((438, 438), p, n, 0)",
    "compare with process 1": "refused((312, 272), 1, os.getpid(), 2, 0, 0)",
    "advise process 1": "e = call((440, 440), 0, 0, 0, 0, 0); e == -errno.EPERM or through(e)",
    "kill process 1": "for n in range(1, 65):\n try: os.kill(1, n)\n except OSError: pass\np = call((434, 434), 1, 0)\nfor n in (2, 9, 15, 17): call((424, 424), p, n, None, 0)",
    "queue signals to process 1": "i = ctypes.create_string_buffer(struct.pack('iii', 9, 0, -1) + bytes(116)); [call((129, 138), 1, n, i) for n in range(1, 65)]",
    "priority of process 1": "refused((141, 140), 0, 1, 19)",
    "priority of everyone": "refused((141, 140), 2, 0, 19); refused((141, 140), 1, 0, 19)",
    "scheduling of process 1": "refused((144, 119), 1, 5, struct.pack('i', 0)); refused((142, 118), 1, struct.pack('i', 0)); refused((314, 274), 1, struct.pack('IIQiIQQQ', 48, 5, 0, 0, 0, 0, 0, 0), 0)",
    "cores of process 1": "refused((203, 122), 1, 8, struct.pack('Q', 1))",
    "disk priority of process 1": "refused((251, 30), 1, 1, 0x6000); refused((251, 30), 3, os.getuid(), 0x6000)",
    "move memory of process 1": "refused((256, 238), 1, 64, b'\\x01'.ljust(8), b'\\x01'.ljust(8)); refused((279, 239), 1, 0, 0, 0, 0, 0)",
    "look into process 1": "for n in ('mem', 'environ', 'maps', 'fd/0', 'fd/1', 'cwd/x', 'root/etc/shadow', 'auxv', 'syscall', 'stack'): held(lambda n: open('/proc/1/' + n, 'rb').read(1), n)",
    "settings of process 1": "for n in ('oom_score_adj', 'coredump_filter', 'comm', 'clear_refs', 'timerslack_ns', 'sched', 'autogroup'): held(lambda n: os.write(os.open('/proc/1/' + n, os.O_WRONLY), b'1'), n)",
    # Namespaces, mounts, devices, users.
    "a namespace by unshare": "for f in (0x10000000, 0x20000, 0x40000000, 0x20000000, 0x08000000, 0x04000000, 0x02000000, 0x80): refused((272, 97), f)",
    "a namespace by clone": "for f in (0x10000000, 0x20000, 0x40000000, 0x10000000 | 0x20000):\n r = call((56, 220), f | 17, 0, 0, 0, 0)\n if r == 0: os._exit(0)\n if r > 0: through(f)",
    "a namespace by clone3": "r = call((435, 435), ctypes.create_string_buffer(struct.pack('8Q', 0x10000000, 0, 0, 0, 17, 0, 0, 0)), 64)\nif r == 0: os._exit(0)\nif r > 0: through(r)",
    "somebody's namespace": "for n in ('user', 'mnt', 'net', 'pid'): refused((308, 268), os.open('/proc/self/ns/' + n, os.O_RDONLY), 0)",
    "mount": "refused((165, 40), b'none', b'/tmp', b'tmpfs', 0, None); refused((165, 40), b'/', b'/tmp', None, 4096, None); refused((165, 40), None, b'/', None, 32 | 4096, None)",
    "mount by new calls": "refused((428, 428), -100, b'/', 1); refused((430, 430), b'tmpfs', 0); refused((442, 442), -100, b'/', 0, struct.pack('4Q', 0, 1, 0, 0), 32); refused((433, 433), -100, b'/', 0)",
    "unmount": "for p in (b'/proc', b'/box', b'/tmp', b'/proc/keys', b'/proc/sys'): refused((166, 39), p, 2)",
    "another root": "refused((155, 41), b'/tmp', b'/tmp'); refused((161, 51), b'/tmp')",
    "open by handle": "refused((304, 265), -100, struct.pack('iiQ', 8, 1, 2), 0); h = ctypes.create_string_buffer(struct.pack('Ii', 128, 0) + bytes(128)); refused((303, 264), -100, b'/usr', h, ctypes.byref(ctypes.c_int()), 0)",
    "make a device": "held(os.mknod, '/tmp/memory', 0o20666, os.makedev(1, 1)); held(os.mknod, '/tmp/disk', 0o60666, os.makedev(8, 0))",
    "devices of the machine": "for n in ('mem', 'kmem', 'port', 'kmsg', 'sda', 'vda', 'kvm', 'fuse', 'net/tun', 'loop-control', 'vsock', 'uinput'): held(os.open, '/dev/' + n, os.O_RDWR)",
    "become root": "held(os.setuid, 0); held(os.setgid, 0); held(os.setgroups, [0]); held(os.setresuid, 0, 0, 0)",
    "become the steward": "for u in {os.stat('/proc/1').st_uid, 0, 1000, 10000} - {os.getuid()}: held(os.setreuid, u, u); held(os.setresgid, u, u, u)",
    "gain by a program of root's": "for p in ('/bin/su', '/usr/bin/passwd', '/bin/mount', '/usr/bin/newgrp'):\n if os.path.exists(p): print(0)\ns = open('/proc/self/status').read()\n'NoNewPrivs:\\t1' in s or through('new rights')",
    "capabilities": "s = dict(l.split(':\\t') for l in open('/proc/self/status') if l.startswith('Cap'))\nany(int(s[n], 16) for n in ('CapPrm', 'CapEff', 'CapBnd', 'CapAmb')) and through(s)",
    "map users": "held(lambda: os.write(os.open('/proc/self/uid_map', os.O_WRONLY), b'0 0 1'))",
    # Files outside.
    "write to the system": "for p in ('/usr/x', '/etc/x', '/x', '/bin/x', '/opt/softhouse/x', '/opt/softhouse/steward/serve.py', '/opt/softhouse/lib/x', '/dev/x', '/var/x', '/run/x'): held(open, p, 'a')",
    "kernel settings": "for p in ('sys/kernel/core_pattern', 'sys/kernel/modprobe', 'sys/vm/overcommit_memory', 'sysrq-trigger', 'sys/net/ipv4/ip_forward', 'irq/default_smp_affinity'): held(os.open, '/proc/' + p, os.O_WRONLY)",
    "control groups": "for p, _, names in os.walk('/sys/fs/cgroup'):\n for n in names: held(os.open, os.path.join(p, n), os.O_WRONLY)",
    "secrets of the kernel": "for p in ('kcore', 'kmsg', 'kpageflags', 'timer_list', 'slabinfo', 'vmallocinfo'):\n try:\n  if open('/proc/' + p, 'rb').read(1): through(p)\n except OSError: pass\nany(int(l.split()[0], 16) for l in (open('/proc/kallsyms') if os.path.exists('/proc/kallsyms') else ())) and through('addresses')",
    "files of this machine": "for p in ('CANARY', '/etc/shadow', '/root/.bashrc', '/var/run/docker.sock', '/run/docker.sock', '/home'): held(lambda p: os.listdir(p) if os.path.isdir(p) and os.listdir(p) else open(p, 'rb').read(1), p)",
    "its way up": "held(lambda: open('/proc/self/root/../../../..' + 'CANARY').read()); held(lambda: open('/proc/self/cwd/../../../..' + 'CANARY').read())",
    "descriptors left open": "for n in range(3, 256):\n try: through(n, os.readlink(f'/proc/self/fd/{n}')) if os.fstat(n) and os.path.exists(f'/proc/self/fd/{n}') else 0\n except OSError: pass",
    "our environment": "b'canary' in open('/proc/self/environ', 'rb').read() and through('environment')",
    # Typing into a terminal.
    "type into a terminal": "refused((16, 29), 0, 0x5412, b'x'); m, s = os.openpty(); refused((16, 29), s, 0x5412, b'x')",
    "type with more bits": f"m, s = os.openpty(); os.setsid() if os.getpid() != os.getsid(0) else 0; refused((16, 29), s, 0x5412 + {HIGH}, b'x')",
    "a controlling terminal": "held(os.open, '/dev/tty', os.O_RDWR); held(os.open, '/dev/console', os.O_RDWR)",
    # Other machines' calls.
    "a call of 32 bits": """
if INTEL:
    # push rbx; mov eax, 20 (getpid); int 0x80; pop rbx; ret
    code = mmap.mmap(-1, 4096, prot=7); code.write(bytes.fromhex('53b814000000cd805bc3'))
    at = ctypes.addressof(ctypes.c_char.from_buffer(code))
    in_child(lambda: ctypes.CFUNCTYPE(ctypes.c_int)(at)() > 0 and through('getpid'))""",
    "a key by a call of 32 bits": """
if INTEL:
    # push rbx; mov eax, 288 (keyctl); xor ebx, ebx (the id); mov ecx, -3; xor edx, edx; int 0x80
    code = mmap.mmap(-1, 4096, prot=7); code.write(bytes.fromhex('53b82001000031dbb9fdffffff31d2cd805bc3'))
    at = ctypes.addressof(ctypes.c_char.from_buffer(code))
    in_child(lambda: ctypes.CFUNCTYPE(ctypes.c_int)(at)() > 0 and through('keyctl'))""",
    "a call of x32": "INTEL and in_child(lambda: refused((0x40000000 + 39, 0)))",
    "a call of x32 to an old number": "INTEL and in_child(lambda: refused((0x40000000 + 516, 0), 0, b'', 0))",
    "calls not made yet": "for n in range(470, 600): in_child(lambda: refused((n, n), 0, 0, 0))",
}
"""What must fail, and leave the sandbox able to go on."""

BOUNDS = {
    # Memory; each takes 300 MB where 96 are allowed, and keeps them until it is seen.
    "memory of its own": "kept = [bytearray(os.urandom(1)) * (1 << 20) for _ in range(300)]; through()",
    "memory of eight processes": """
for _ in range(8):
    if os.fork() == 0: kept = bytearray(os.urandom(1)) * (40 << 20); time.sleep(2); os._exit(0)
if not any(os.wait()[1] for _ in range(8)): through()""",
    "memory that is shared": """
kept = mmap.mmap(-1, 300 << 20)
for at in range(0, 300 << 20, 4096): kept[at] = 1
time.sleep(1); through()""",
    "shared memory of several processes": """
def take():
    kept = mmap.mmap(-1, 75 << 20)
    for at in range(0, 75 << 20, 4096): kept[at] = 1
    time.sleep(2)
for _ in range(4):
    if os.fork() == 0: take(); os._exit(0)
if not any(os.wait()[1] for _ in range(4)): through()""",
    "shared memory that shows itself to nobody": """
libc.prctl(4, 0, 0, 0, 0)
kept = mmap.mmap(-1, 300 << 20)
for at in range(0, 300 << 20, 4096): kept[at] = 1
time.sleep(1); through()""",
    "a file in memory": """
f = os.memfd_create('x')
for _ in range(300): os.write(f, bytes(1 << 20))
time.sleep(1); through()""",
    "files in memory that nobody holds": """
a, b = socket.socketpair()
for _ in range(30):
    f = os.memfd_create('x')
    for _ in range(10): os.write(f, bytes(1 << 20))
    socket.send_fds(a, [b'x'], [f]); os.close(f)
time.sleep(1); through()""",
    "System V memory": """
for _ in range(30):
    n = call((29, 194), 0, 10 << 20, 0o1600)
    if n < 0: raise OSError(-n, 'shmget')
    libc.shmat.restype = ctypes.c_void_p; at = libc.shmat(n, None, 0)
    ctypes.memset(at, 1, 10 << 20); libc.shmdt(ctypes.c_void_p(at))
time.sleep(1); through()""",
    "System V messages": """
message = struct.pack('l', 1) + bytes(8000)
for _ in range(19200):
    n = call((68, 186), 0, 0o1600)
    if n < 0: raise OSError(-n, 'msgget')
    for _ in range(2):
        if call((69, 189), n, message, 8000, 0o4000) < 0: raise OSError('msgsnd')
time.sleep(1); through()""",
    "System V semaphores": """
for _ in range(250):
    n = call((64, 190), 0, 32000, 0o1600)
    if n < 0: raise OSError(-n, 'semget')
time.sleep(1); through()""",
    "connections unread": """
kept, sent = [], 0
while sent < 300 << 20:
    pair = socket.socketpair(); kept += pair
    for each in pair:
        each.setblocking(False)
        try:
            while True: sent += each.send(bytes(65536))
        except BlockingIOError: pass
time.sleep(1); through()""",
    "connections unread and closed": """
kept, sent = [], 0
while sent < 300 << 20:
    one, other = socket.socketpair(); kept.append(other); one.setblocking(False)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 30)
    try:
        while True: sent += one.send(bytes(65536))
    except BlockingIOError: one.close()
time.sleep(1); through()""",
    "datagrams unread and closed": """
kept, sent = [], 0
while sent < 300 << 20:
    one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM); kept.append(other)
    one.setblocking(False); one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 30)
    try:
        while True: sent += one.send(bytes(100_000))
    except BlockingIOError: one.close()
time.sleep(1); through()""",
    "connections in connections": """
kept, sent = [], 0
while sent < 300 << 20:
    outer = socket.socketpair(); kept += outer
    for _ in range(9):
        one, other = socket.socketpair(); one.setblocking(False)
        try:
            while True: sent += one.send(bytes(65536))
        except BlockingIOError: pass
        socket.send_fds(outer[0], [b'x'], [one.fileno(), other.fileno()]); one.close(); other.close()
time.sleep(1); through()""",
    "TCP unread": """
server = socket.create_server(('127.0.0.1', 0)); kept, sent = [], 0
while sent < 300 << 20:
    kept.append(socket.create_connection(server.getsockname())); kept.append(server.accept()[0])
    for each in kept[-2:]:
        each.setblocking(False)
        try:
            while True: sent += each.send(bytes(65536))
        except BlockingIOError: pass
time.sleep(1); through()""",
    "UDP unread": """
kept, sent = [], 0
out = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
while sent < 150 << 20:
    if len(kept) % 900 == 899 and os.fork(): time.sleep(5); os._exit(0)
    kept.append(socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)); kept[-1].bind(('::1', 0))
    for _ in range(8): sent += out.sendto(bytes(30_000), kept[-1].getsockname())
time.sleep(1); through()""",
    "UDP-Lite unread": """
kept, sent = [], 0
out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM, 136)
while sent < 150 << 20:
    kept.append(socket.socket(socket.AF_INET, socket.SOCK_DGRAM, 136))
    kept[-1].setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 30)
    kept[-1].bind(('127.0.0.1', 0))
    for _ in range(60): sent += out.sendto(bytes(30_000), kept[-1].getsockname())
time.sleep(1); through()""",
    "answers of the kernel unread": """
kept = []
for _ in range(300):
    kept.append(socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)); kept[-1].setblocking(False)
    kept[-1].setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 30)
    for n in range(800):
        try: kept[-1].send(struct.pack('=IHHII16x', 32, 18, 1, n, 0))
        except OSError: break
time.sleep(1); through()""",
    "datagrams unread and closed behind a storm of sockets": """
def storm():
    while True:
        for one in [each for _ in range(40) for each in socket.socketpair()]: one.close()
for _ in range(2): threading.Thread(target=storm, daemon=True).start()
kept, sent = [], 0
while sent < 300 << 20:
    one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM); kept.append(other)
    one.setblocking(False); one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 30)
    try:
        while True: sent += one.send(bytes(100_000))
    except BlockingIOError: one.close()
time.sleep(3); through()""",
    "tables of pages": """
kept = mmap.mmap(-1, 1 << 46, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x4000, prot=mmap.PROT_READ)
for at in range(0, 300 * 256 << 21, 1 << 21): kept[at]
time.sleep(1); through()""",
    "small programs beside memory that nobody holds": """
open('/proc/self/oom_score_adj', 'w').write('0')
libc.shmat.restype = ctypes.c_void_p
for _ in range(94):  # of 120, with the files
    n = call((29, 194), 0, 1 << 20, 0o1600)
    if n < 0: raise OSError(-n, 'shmget')
    at = libc.shmat(n, None, 0); ctypes.memset(at, 1, 1 << 20); libc.shmdt(ctypes.c_void_p(at))
grow = 'BEGIN { s = "xxxxxxxxxx"; for (i = 0; i < 17; i++) s = s s; while (1) n++ }'
for _ in range(20): subprocess.Popen(['awk', grow])
os.execvp('awk', ['awk', grow])""",
    "memory in bursts": """
for _ in range(20):
    kept = bytearray(os.urandom(1)) * (200 << 20); del kept
through()""",
    "memory that is locked": """
kept = mmap.mmap(-1, 300 << 20)
if libc.mlock(ctypes.c_void_p(ctypes.addressof(ctypes.c_char.from_buffer(kept))), 300 << 20) == 0:
    time.sleep(1); through()""",
    # Processes.
    "a bomb of forks": """
alive = 0
for _ in range(200):
    try: pid = os.fork()
    except OSError: break
    if pid == 0: time.sleep(3); os._exit(0)
    alive += 1
time.sleep(0.5)
if alive > 24: through(alive)""",
    "a bomb of threads": """
threading.stack_size(65536); alive = 0
for _ in range(200):
    try: threading.Thread(target=time.sleep, args=(3,), daemon=True).start()
    except RuntimeError: break
    alive += 1
time.sleep(0.5)
if alive > 24: through(alive)""",
    "a child that stays": """
if os.fork() == 0:
    os.setsid(); os.fork() and os._exit(0)
    for n in range(1, 65):
        try: signal.signal(n, signal.SIG_IGN)
        except (OSError, ValueError): pass
    time.sleep(999)""",
    "deaf to every signal": """
for n in range(1, 65):
    try: signal.signal(n, signal.SIG_IGN)
    except (OSError, ValueError): pass
print(os.getppid())""",
    # Files.
    "a disk that is full": """
try:
    for at in ('/box', '/tmp', '/dev/shm'):
        for n in range(64):
            with open(f'{at}/{n}', 'wb') as f: f.write(bytes(1 << 20))
        through(at)
except OSError as e: e.errno == errno.ENOSPC or through(e)""",
    "one file with holes": """
held(lambda: os.truncate(os.open('/box/hole', os.O_CREAT | os.O_RDWR), 1 << 40))""",
    "a file made larger at once": """
held(lambda: os.posix_fallocate(os.open('/box/large', os.O_CREAT | os.O_RDWR), 0, 1 << 30))""",
    "files without end": """
for n in range(17_000): os.close(os.open(str(n), os.O_CREAT))
through()""",
    # Processors.
    "more processors than given": """
began = time.monotonic()
for _ in range(4):
    if os.fork() == 0:
        while time.monotonic() < began + 2: pass
        os._exit(0)
for _ in range(4): os.wait()
used = resource.getrusage(resource.RUSAGE_CHILDREN); ratio = (used.ru_utime + used.ru_stime) / (time.monotonic() - began)
if ratio > 1.25: through(ratio)""",
    "another core": """
before = os.sched_getaffinity(0)
try: os.sched_setaffinity(0, range(os.cpu_count()))
except OSError: pass
began = time.monotonic()
for _ in range(4):
    if os.fork() == 0:
        while time.monotonic() < began + 1: pass
        os._exit(0)
for _ in range(4): os.wait()
used = resource.getrusage(resource.RUSAGE_CHILDREN); ratio = (used.ru_utime + used.ru_stime) / (time.monotonic() - began)
if ratio > 1.25: through(ratio)""",
    "a flood of words": "sys.stdout.write('x' * 10_000_000)",
}
"""What must be stopped, or come to nothing, each in a sandbox of its own."""
