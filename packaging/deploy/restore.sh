#!/bin/sh
# Brings a backup back into an empty data folder:  restore.sh BACKUP-FOLDER DATA-FOLDER [postgresql://user@host/name]
# The database on PostgreSQL is an empty one. Afterwards: scanshelf portal verify, then start the portal.
set -eu
backup=$1
data=$2
database=${3:-}
umask 077
mkdir -p "$data"
if [ -n "$(ls -A "$data")" ]; then
    echo "restore.sh: $data is not empty: name a new folder, so that nothing is lost." >&2
    exit 1
fi
if [ -n "$database" ]; then
    pg_restore --no-owner --exit-on-error --single-transaction --dbname="$database" "$backup/portal.dump"
fi
for file in "$backup"/*; do
    case ${file##*/} in
    portal.dump) ;;
    *) cp -Rp "$file" "$data/" ;;
    esac
done
sync
