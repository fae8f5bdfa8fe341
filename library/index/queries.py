"""The questions put to the index, each as one statement; writing ones are in `library/records/changes.py`."""

from __future__ import annotations

from library.index.plan_queries import AWAITED_OF_STUDY, OF_UNFINISHED
from library.schema.besides import MAY_HOLD_NONE
from library.schema.search import SEARCH_COLUMNS

PATIENTS = """
SELECT p.person_key, p.patient_id, p.issuer_of_patient_id, p.patient_name, p.patient_birth_date, p.patient_sex,
       count(s.id) AS studies, sum(s.instances) AS instances,
       (SELECT g.raw FROM guessed_name g WHERE g.patient = p.id) AS doubtful_name
FROM patient p JOIN study s ON s.patient = p.id AND s.instances > 0
GROUP BY p.id ORDER BY p.patient_name, p.person_key"""

# modality, SOP Class UID and number of what may hold no image, for `dicom.amounts`
BESIDES = f"""
(SELECT json_group_array(json_array(modality, uid, number)) FROM (
     SELECT k.modality AS modality, o.sop_class_uid AS uid, count(*) AS number
     FROM series k JOIN instance o ON o.series = k.id
     WHERE {{which}} AND {MAY_HOLD_NONE}
     AND o.aside IS NULL GROUP BY 1, 2)) AS besides"""
BESIDES_OF_STUDY = BESIDES.format(which="k.study = s.id AND o.bin_entry IS NULL")

_STUDY_COLUMNS = f"""
SELECT s.key, p.person_key, p.patient_id, p.issuer_of_patient_id, p.patient_name, p.patient_birth_date, p.patient_sex,
       EXISTS (SELECT 1 FROM guessed_name g WHERE g.patient = p.id) AS name_guessed,
       s.study_instance_uid, s.study_id, s.study_date, s.study_time, s.accession_number, s.study_description,
       s.institution_name, s.modalities, s.series, s.instances, s.bytes, s.damaged, s.conflicts, s.added_at,
       (SELECT r.label FROM study_import i JOIN import_run r ON r.id = i.import_run
        WHERE i.study = s.id ORDER BY r.started_at DESC LIMIT 1) AS source,
       s.study_instance_uid IS NOT NULL AND EXISTS (
           SELECT 1 FROM study o WHERE o.study_instance_uid = s.study_instance_uid AND o.patient <> s.patient
           AND o.instances > 0) AS same_uid_elsewhere,
       coalesce((SELECT CASE WHEN t.proven >= s.instances THEN 'complete' WHEN t.proven > 0 THEN 'partly' END
                 FROM study_proven t WHERE t.id = s.id), 'no') AS uploaded,
       (SELECT coalesce(sum(h.shares), 0) FROM shares_seen h WHERE h.study_instance_uid = s.study_instance_uid
        AND (h.person_key = p.person_key OR (h.person_key = '' AND NOT EXISTS (
            SELECT 1 FROM study o WHERE o.study_instance_uid = s.study_instance_uid AND o.patient <> s.patient
            AND o.instances > 0)))) AS shares,
       {AWAITED_OF_STUDY} AS awaited, {OF_UNFINISHED} AS unfinished,
       {BESIDES_OF_STUDY}
FROM study s JOIN patient p ON p.id = s.patient"""

_STUDY_ORDER = " ORDER BY s.study_date DESC, s.study_time DESC, s.id LIMIT :limit OFFSET :offset"

STUDIES = f"{_STUDY_COLUMNS} WHERE s.instances > 0{_STUDY_ORDER}"
STUDIES_FOUND = (
    f"{_STUDY_COLUMNS} WHERE s.instances > 0"
    f" AND s.id IN (SELECT rowid FROM study_search WHERE study_search MATCH :words){_STUDY_ORDER}"
)

STUDY = f"{_STUDY_COLUMNS} WHERE s.instances > 0 AND s.key = :key AND (:person IS NULL OR p.person_key = :person)"

STUDIES_HERE = """
SELECT DISTINCT study_instance_uid AS uid FROM study
WHERE instances > 0 AND study_instance_uid IN (SELECT value FROM json_each(:uids))"""

_SERIES_COLUMNS = f"""
SELECT e.key, s.key AS study_key, p.person_key, s.study_instance_uid, e.series_instance_uid, e.modality,
       e.series_number, e.series_date, e.series_description, e.body_part_examined, e.laterality,
       e.instances, e.bytes, e.damaged, e.conflicts, {BESIDES.format(which="k.id = e.id AND o.bin_entry IS NULL")}
FROM series e JOIN study s ON s.id = e.study JOIN patient p ON p.id = s.patient"""

_SERIES_ORDER = " ORDER BY s.study_date DESC, s.study_time DESC, s.id, e.series_number IS NULL, e.series_number, e.id"

SERIES = f"{_SERIES_COLUMNS} WHERE e.instances > 0{_SERIES_ORDER}"
SERIES_OF_STUDY = (
    f"{_SERIES_COLUMNS} WHERE e.instances > 0 AND s.key = :key AND (:person IS NULL OR p.person_key = :person)"
    f"{_SERIES_ORDER}"
)
SERIES_FOUND = (
    f"{_SERIES_COLUMNS} WHERE e.instances > 0"
    f" AND s.id IN (SELECT rowid FROM study_search WHERE study_search MATCH :words){_SERIES_ORDER}"
)

_INSTANCE_COLUMNS = """
SELECT i.key, e.key AS series_key, s.key AS study_key, p.person_key, s.study_instance_uid, e.series_instance_uid,
       i.sop_instance_uid, i.sop_class_uid, i.transfer_syntax_uid, i.instance_number, e.modality, i.sha256, i.size,
       i.damaged, i.conflict, i.source_path, i.import_run AS import_id
FROM instance i JOIN series e ON e.id = i.series JOIN study s ON s.id = e.study JOIN patient p ON p.id = i.patient"""

_INSTANCE_ORDER = (
    " ORDER BY s.study_date DESC, s.study_time DESC, s.id, e.series_number IS NULL, e.series_number, e.id,"
    " i.instance_number IS NULL, i.instance_number, i.key, i.sha256"
)

INSTANCES = f"{_INSTANCE_COLUMNS} WHERE i.bin_entry IS NULL AND i.aside IS NULL{_INSTANCE_ORDER}"
INSTANCES_FOUND = (
    f"{_INSTANCE_COLUMNS} WHERE i.bin_entry IS NULL AND i.aside IS NULL"
    f" AND s.id IN (SELECT rowid FROM study_search WHERE study_search MATCH :words){_INSTANCE_ORDER}"
)

# what is meant by a key, at each level; in the bin or not is asked for by :binned
INSTANCES_AT_LEVEL = {
    level: f"{_INSTANCE_COLUMNS} WHERE {alias}.key = :key AND (:person IS NULL OR p.person_key = :person)"
    f" AND (i.bin_entry IS NOT NULL) = :binned AND i.aside IS NULL{_INSTANCE_ORDER}"
    for level, alias in (("study", "s"), ("series", "e"), ("instance", "i"))
}
INSTANCES_OF_OBJECT = (
    f"{_INSTANCE_COLUMNS} WHERE i.sha256 = :key AND (:person IS NULL OR p.person_key = :person)"
    f" AND (i.bin_entry IS NOT NULL) = :binned AND i.aside IS NULL{_INSTANCE_ORDER}"
)

STORED_OBJECT = """
SELECT i.size, i.damaged, i.bin_entry, i.conflict, i.aside, e.study
FROM instance i JOIN patient p ON p.id = i.patient JOIN series e ON e.id = i.series
WHERE p.person_key = ? AND i.sha256 = ?"""

KEPT_FOR = """
SELECT i.sha256, p.person_key AS person, i.damaged, i.source_path FROM instance i JOIN patient p ON p.id = i.patient
WHERE i.bin_entry IS NULL ORDER BY i.id"""

SAME_WRAPPED = """
SELECT o.same_as FROM other_wrapping o JOIN patient p ON p.id = o.patient
JOIN instance i ON i.patient = o.patient AND i.sha256 = o.same_as
WHERE p.person_key = ? AND o.sha256 = ? AND i.bin_entry IS NULL"""

SAME_UID = """
SELECT i.sha256, i.size FROM instance i JOIN patient p ON p.id = i.patient
WHERE i.key = ? AND p.person_key = ? AND i.bin_entry IS NULL AND coalesce(i.damaged, '') NOT IN ('changed', 'missing')
ORDER BY i.id"""

# every copy under one UID, whose ever: what may be the same image, and whom each names
TWINS = """
SELECT i.sha256, i.size, i.damaged, i.aside, i.lost, i.instance_number, i.source_path,
       i.import_run AS import_id, r.label AS source, r.started_at AS imported_at,
       i.transfer_syntax_uid, i.sop_instance_uid, e.series_instance_uid,
       e.modality, s.study_instance_uid, p.person_key,
       p.patient_id, p.issuer_of_patient_id, p.patient_name, p.patient_birth_date, p.patient_sex
FROM instance i JOIN patient p ON p.id = i.patient JOIN series e ON e.id = i.series JOIN study s ON s.id = e.study
JOIN import_run r ON r.id = i.import_run
WHERE i.key = ? AND i.bin_entry IS NULL AND coalesce(i.damaged, '') NOT IN ('changed', 'missing') ORDER BY i.id"""

# UIDs with several copies that count, of which one is damaged or names nobody, or they contradict each other
DOUBTFUL_UIDS = """
SELECT i.key FROM instance i JOIN patient n ON n.id = i.patient
WHERE i.bin_entry IS NULL AND i.aside IS NULL AND i.sop_instance_uid IS NOT NULL
AND (:study IS NULL OR i.key IN (SELECT d.key FROM instance d JOIN series e ON e.id = d.series JOIN study s
     ON s.id = e.study JOIN patient p ON p.id = s.patient
     WHERE s.key = :study AND (:person IS NULL OR p.person_key = :person)))
GROUP BY i.key HAVING count(*) > 1 AND (max(i.damaged IS NOT NULL) OR max(i.conflict)
    OR max(n.patient_name IS NULL AND n.patient_id IS NULL)) ORDER BY i.key"""

ASIDE_OF = """
SELECT b.person_key, b.sha256, b.for_person, b.for_sha256, b.why, b.at, i.size, i.damaged, i.sop_instance_uid,
       i.instance_number, i.source_path, i.import_run AS import_id, r.label AS source
FROM stands_back b JOIN patient q ON q.person_key = b.for_person JOIN instance w ON w.patient = q.id
     AND w.sha256 = b.for_sha256
JOIN series e ON e.id = w.series JOIN study s ON s.id = e.study
JOIN patient p ON p.person_key = b.person_key JOIN instance i ON i.patient = p.id AND i.sha256 = b.sha256
JOIN import_run r ON r.id = i.import_run
WHERE s.key = :key AND (:person IS NULL OR q.person_key = :person) AND i.aside IS NOT NULL AND i.bin_entry IS NULL
GROUP BY i.id ORDER BY i.instance_number IS NULL, i.instance_number, b.id"""

BEHIND = """
SELECT b.person_key, b.sha256 FROM stands_back b JOIN patient p ON p.person_key = b.person_key
JOIN instance i ON i.patient = p.id AND i.sha256 = b.sha256
WHERE b.for_person = ? AND b.for_sha256 = ? AND i.aside IS NOT NULL AND i.bin_entry IS NULL"""

OBJECT_MARKS = "SELECT damaged FROM instance WHERE sha256 = ?"
OBJECT_SIZE = "SELECT size FROM instance WHERE sha256 = ? LIMIT 1"
IMPORT_KNOWN = "SELECT 1 FROM import_run WHERE id = ?"
STUDY_LINKED = "SELECT 1 FROM study_import WHERE study = ? AND import_run = ?"

RECEIPTS = """
SELECT r.id AS import_id, r.started_at, r.kind, r.label, r.path, r.receipt AS facts FROM import_run r
WHERE r.receipt IS NOT NULL ORDER BY r.started_at DESC, r.id"""
RECEIPTS_OF_STUDY = """
SELECT r.id AS import_id, r.started_at, r.kind, r.label, r.path, r.receipt AS facts
FROM study s JOIN patient p ON p.id = s.patient JOIN study_import l ON l.study = s.id
JOIN import_run r ON r.id = l.import_run
WHERE s.key = :key AND (:person IS NULL OR p.person_key = :person) AND r.receipt IS NOT NULL
ORDER BY r.started_at DESC, r.id"""

IDENTITY_DECISIONS = """
SELECT decided_at, import_run AS import_id, person_key, facts FROM identity_decision ORDER BY id"""

BIN_ENTRIES = f"""
SELECT b.id, b.deleted_at, b.expires_at, b.level, b.uid, p.person_key, p.patient_name, p.patient_birth_date,
       p.patient_id, s.study_date, s.study_description, count(*) AS instances, sum(i.size) AS bytes,
       sum(EXISTS (SELECT 1 FROM proof f WHERE f.person_key = p.person_key AND f.sha256 = i.sha256)) AS proven,
       {BESIDES.format(which="o.bin_entry = b.id")}
FROM bin_entry b JOIN instance i ON i.bin_entry = b.id AND i.aside IS NULL JOIN series e ON e.id = i.series
JOIN study s ON s.id = e.study JOIN patient p ON p.id = i.patient
GROUP BY b.id ORDER BY b.deleted_at DESC, b.id"""
BIN_EXPIRED = "SELECT id FROM bin_entry WHERE expires_at <= ?"
BIN_IDS = "SELECT id FROM bin_entry ORDER BY id"
BIN_ITEMS = """
SELECT p.person_key, i.sha256, i.size FROM instance i JOIN patient p ON p.id = i.patient
WHERE i.bin_entry = ? ORDER BY i.id"""

OBJECTS = """
SELECT sha256, max(size) AS size, max(sop_instance_uid) AS sop_instance_uid, max(damaged) AS damaged
FROM instance GROUP BY sha256 ORDER BY sha256"""
OBJECTS_AFTER = """
SELECT sha256, max(size), max(sop_instance_uid) FROM instance WHERE sha256 > ?
GROUP BY sha256 ORDER BY sha256 LIMIT ?"""
ANY_FOUND = """
SELECT 1 FROM study_search f JOIN study s ON s.id = f.rowid WHERE study_search MATCH ? AND s.instances > 0 LIMIT 1"""
SEARCH_WORDS = f"SELECT {', '.join(SEARCH_COLUMNS)} FROM study_search WHERE rowid = ?"
REMOVALS = "SELECT sha256 FROM removal ORDER BY sha256"
LIVE_IMPORTS = "SELECT id FROM import_run"
LIVE_UPLOADS = "SELECT id FROM upload"
TOTALS = "SELECT count(*) AS studies, coalesce(sum(instances), 0) AS instances FROM study WHERE instances > 0"
META = "SELECT value FROM meta WHERE key = ?"
SET_META = "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
