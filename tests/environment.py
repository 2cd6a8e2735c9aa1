"""The environment of the tests, set before the settings are read (a pytest plugin, see pytest.ini)."""

import atexit
import os
import shutil
import tempfile

os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="peaceops-tests-")
atexit.register(shutil.rmtree, os.environ["DATA_DIR"], ignore_errors=True)
os.mkdir(os.path.join(os.environ["DATA_DIR"], "static"))
os.environ["SECRET_KEY"] = "only-for-tests"
os.environ["AUDIT_KEY"] = "only-for-the-seals-of-tests"
os.environ["HTTPS"] = "off"
os.environ["DATABASE_POOL"] = "off"
os.environ.pop("REDIS_URL", None)
