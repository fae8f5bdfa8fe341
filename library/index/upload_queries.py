"""The questions about uploads, each as one statement."""

from __future__ import annotations

from library.index.queries import BESIDES_OF_STUDY

_UPLOAD_COLUMNS = f"""
SELECT u.id, u.person_key, u.study_key, s.study_instance_uid, p.patient_name, s.study_date, s.study_description,
       u.target, u.kind, nullif(u.account, '') AS account,
       u.person_confirmed, u.asked_at, u.state, u.reason, u.ended_at, u.receipt,
       count(t.sha256) AS instances, coalesce(sum(t.size), 0) AS bytes,
       coalesce(sum(t.state IN ('sent', 'stored', 'already')), 0) AS sent,
       coalesce(sum(t.size * (t.state IN ('sent', 'stored', 'already'))), 0) AS sent_bytes,
       coalesce(sum(t.state = 'stored'), 0) AS stored, coalesce(sum(t.state = 'already'), 0) AS already,
       coalesce(sum(t.state = 'left'), 0) AS left,
       EXISTS (SELECT 1 FROM signed_receipt r WHERE r.upload = u.id) AS signed,
       {BESIDES_OF_STUDY}
FROM upload u LEFT JOIN upload_item t ON t.upload = u.id
LEFT JOIN patient p ON p.person_key = u.person_key LEFT JOIN study s ON s.patient = p.id AND s.key = u.study_key"""

UPLOADS = f"{_UPLOAD_COLUMNS} GROUP BY u.id ORDER BY u.asked_at, u.id"
UPLOAD = f"{_UPLOAD_COLUMNS} WHERE u.id = :id GROUP BY u.id"
UPLOAD_STATE = "SELECT state FROM upload WHERE id = ?"
UPLOAD_OF_STUDY = "SELECT id FROM upload WHERE person_key = ? AND study_key = ? AND target = ? AND account = ?"

UPLOAD_ITEMS = """
SELECT t.sha256, t.size, t.sop_instance_uid, e.series_instance_uid, t.state, t.code, t.detail, i.damaged,
       coalesce(i.conflict, 0) AS conflict, i.id IS NOT NULL AND i.bin_entry IS NULL AND i.aside IS NULL AS on_shelf,
       EXISTS (SELECT 1 FROM proof f WHERE f.person_key = u.person_key AND f.sha256 = t.sha256
               AND f.target = u.target) AS proven
FROM upload u JOIN upload_item t ON t.upload = u.id LEFT JOIN patient p ON p.person_key = u.person_key
LEFT JOIN instance i ON i.patient = p.id AND i.sha256 = t.sha256 LEFT JOIN series e ON e.id = i.series
WHERE u.id = :id ORDER BY t.position"""

# progress is noted only while the upload is running: what the person decided meanwhile stands
SET_GOING = """
UPDATE upload SET state = ?, reason = ?
WHERE id = ? AND state IN ('waiting', 'sending', 'waiting-for-network')"""
SET_ITEM = "UPDATE upload_item SET state = ?, code = ?, detail = ? WHERE upload = ? AND sha256 = ?"

SIGNED_RECEIPT = "SELECT jws, key FROM signed_receipt WHERE upload = ?"
PORTAL_KEYS = "SELECT key FROM portal_key WHERE target = ? ORDER BY kid"

ON_SHELF = "SELECT 1 FROM study WHERE study_instance_uid = ?"
SHARES_SEEN_AT = "SELECT person_key, study_instance_uid, shares FROM shares_seen WHERE portal = ?"
FORGET_SHARES = "DELETE FROM shares_seen WHERE portal = ? AND person_key = ? AND study_instance_uid = ?"
NOTE_SHARES = """
INSERT INTO shares_seen (portal, person_key, study_instance_uid, shares)
SELECT :portal, :person, :uid, :shares
WHERE EXISTS (SELECT 1 FROM study WHERE study_instance_uid = :uid)
ON CONFLICT (study_instance_uid, person_key, portal) DO UPDATE SET shares = excluded.shares"""
SHARES_SEEN = "SELECT portal, person_key, study_instance_uid, shares FROM shares_seen"
INSERT_SHARES_SEEN = "INSERT OR REPLACE INTO shares_seen VALUES (?, ?, ?, ?)"
