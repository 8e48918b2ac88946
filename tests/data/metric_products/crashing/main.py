import os
import signal

import ledger

print(ledger.balance([]))
os.kill(os.getpid(), signal.SIGSEGV)
