#!/bin/sh
# Backs a portal up while it runs:  backup.sh DATA-FOLDER BACKUP-FOLDER [postgresql://user@host/name]
# First the rows, then the objects they name: whatever the copied database knows of is among the copied objects. Objects
# never change, so those that are there from the time before are not copied again. PostgreSQL's password: PGPASSWORD or
# PGPASSFILE. The backup holds everything, also secret.key: keep it as the portal itself is kept.
set -eu
data=$1
backup=$2
database=${3:-}
umask 077
mkdir -p "$backup/objects"
if [ -n "$database" ]; then
    pg_dump --format=custom --no-owner --file="$backup/portal.dump.new" "$database"
    mv "$backup/portal.dump.new" "$backup/portal.dump"
else
    rm -f "$backup/portal.db.new"
    python3 - "$data/portal.db" "$backup/portal.db.new" <<'PYTHON'
import sqlite3
import sys

with sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True) as kept, sqlite3.connect(sys.argv[2]) as copy:
    kept.backup(copy)
PYTHON
    mv "$backup/portal.db.new" "$backup/portal.db"
fi
for file in "$data"/*; do
    case ${file##*/} in
    portal.db* | tries.db* | *.lock) ;;
    *) if [ -f "$file" ]; then cp -p "$file" "$backup/"; fi ;;
    esac
done
cd "$data/objects"
find . -type f -name '*.dcm' | while IFS= read -r object; do
    if [ ! -f "$backup/objects/$object" ]; then
        mkdir -p "$backup/objects/${object%/*}"
        cp -p "$object" "$backup/objects/$object.new"
        mv "$backup/objects/$object.new" "$backup/objects/$object"
    fi
done
sync
