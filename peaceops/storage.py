"""Where private files are stored, as `STORAGES` says it: in a folder, or in an S3-compatible store."""

from pathlib import Path
from typing import Any

from environ import Env


def private(env: Env, folder: str | Path, bucket: str) -> dict[str, Any]:
    """The storage of private files: in the `bucket` where there is one, else in the `folder`."""
    if not bucket:
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(folder), "base_url": None},
        }
    from botocore.config import Config  # noqa: PLC0415 (a second of a start that nobody else needs)

    endpoint = env.str("FILES_S3_ENDPOINT", default="")
    # A store that is away must not hold a page: its own waits are a minute each, and five of them.
    waits = {"connect_timeout": 3, "read_timeout": 20, "retries": {"max_attempts": 2}}
    # Others than Amazon's know buckets by their path, and no checksums that came later.
    plain = {
        "s3": {"addressing_style": "path"},
        "request_checksum_calculation": "when_required",
        "response_checksum_validation": "when_required",
    }
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": bucket,
            "location": env.str("FILES_S3_FOLDER", default=""),
            "endpoint_url": endpoint or None,
            "region_name": env.str("FILES_S3_REGION", default="") or None,
            "access_key": env.str("FILES_S3_ACCESS_KEY", default="") or None,
            "secret_key": env.str("FILES_S3_SECRET_KEY", default="") or None,
            "default_acl": None,  # as the bucket says: closed
            "file_overwrite": False,
            "client_config": Config(**waits, **(plain if endpoint else {})),
        },
    }
