"""The questions about imports that were not finished."""

from __future__ import annotations

# every burner rewrites preamble and meta group; what else differs in size is other content
_REWRITTEN = 4096

# a planned image is here: whole, or as it was on the disc; in the same bytes, but for what burners rewrite, or in a
# wrapping that was compared
_ALIKE = f"""
((i.transfer_syntax_uid IS n.transfer_syntax_uid AND (
        (i.size = n.size AND coalesce(i.damaged, '') IN ('', 'truncated', 'header-damaged'))
        OR (i.damaged IS NULL AND abs(i.size - n.size) <= {_REWRITTEN})))
    OR (i.damaged IS NULL AND EXISTS (
        SELECT 1 FROM other_wrapping o WHERE o.patient = i.patient AND o.same_as = i.sha256)))"""
_MET = f"""
EXISTS (SELECT 1 FROM instance i JOIN patient p ON p.id = i.patient
    WHERE i.key = n.sop_instance_uid AND p.person_key = n.person_key AND i.aside IS NULL AND {_ALIKE})
OR (n.sop_instance_uid IS NULL AND EXISTS (SELECT 1 FROM instance i JOIN patient p ON p.id = i.patient
    WHERE i.import_run = n.import_run AND p.person_key = n.person_key AND i.source_path = n.path
    AND i.size = n.size))"""

# of images of a source, before their content is read: what their numbers and sizes say
_OF_NUMBER = """
SELECT 1 FROM instance i JOIN patient p ON p.id = i.patient
WHERE i.key = n.sop_instance_uid AND p.person_key = n.person_key"""
SEEN_BEFORE = f"""
WITH n AS (SELECT key, json_extract(value, '$[0]') AS person_key, json_extract(value, '$[1]') AS sop_instance_uid,
                  json_extract(value, '$[2]') AS transfer_syntax_uid, json_extract(value, '$[3]') AS size
           FROM json_each(:images))
SELECT CASE WHEN EXISTS ({_OF_NUMBER} AND i.bin_entry IS NULL AND {_ALIKE}) THEN 'alike'
            WHEN EXISTS ({_OF_NUMBER} AND i.bin_entry IS NULL) THEN 'other'
            WHEN EXISTS ({_OF_NUMBER}) THEN 'binned' ELSE 'new' END AS seen
FROM n ORDER BY n.key"""

_COMPLETE = """instr(coalesce({run}.receipt, ''), '"end": "complete"') > 0"""

# an import of a program that kept no plan yet: unfinished unless a later one from there, which met all it had brought,
# was read to its end
_WITHOUT_PLAN = f"""
r.kind <> '' AND NOT {_COMPLETE.format(run="r")} AND NOT EXISTS (SELECT 1 FROM import_plan q WHERE q.id = r.id)
AND NOT EXISTS (SELECT 1 FROM import_run c WHERE c.started_at > r.started_at AND c.kind = r.kind AND c.label = r.label
    AND {_COMPLETE.format(run="c")} AND NOT EXISTS (
        SELECT 1 FROM study_import l WHERE l.import_run = r.id AND NOT EXISTS (
            SELECT 1 FROM study_import m WHERE m.study = l.study AND m.import_run = c.id)))"""

UNFINISHED = f"""
SELECT r.id AS import_id, r.started_at, r.kind, r.label, r.path, coalesce(r.receipt, '{{}}') AS receipt, q.facts,
       CASE WHEN q.id IS NOT NULL THEN (SELECT count(*) FROM planned n WHERE n.import_run = r.id AND ({_MET}))
            ELSE (SELECT count(*) FROM instance i WHERE i.import_run = r.id) END AS here
FROM import_run r LEFT JOIN import_plan q ON q.id = r.id
WHERE (q.id IS NOT NULL AND q.settled IS NULL) OR (q.id IS NULL AND {_WITHOUT_PLAN})
ORDER BY r.started_at DESC, r.id"""

AWAITED = f"""
SELECT n.person_key, n.study_instance_uid, n.sop_instance_uid, n.transfer_syntax_uid, n.size, n.path
FROM planned n WHERE n.import_run = :run AND NOT ({_MET}) ORDER BY n.rowid"""

BROUGHT = """
SELECT p.person_key, s.study_instance_uid, i.sop_instance_uid, i.transfer_syntax_uid, i.size, i.source_path AS path
FROM instance i JOIN series e ON e.id = i.series JOIN study s ON s.id = e.study JOIN patient p ON p.id = i.patient
WHERE i.import_run = :run ORDER BY i.id"""

PERSONS_OF_RUN = """
SELECT DISTINCT p.patient_name FROM patient p WHERE p.person_key IN (
    SELECT n.person_key FROM planned n WHERE n.import_run = :run
    UNION SELECT d.person_key FROM identity_decision d WHERE d.import_run = :run)
ORDER BY p.patient_name"""

CHOICE_OF_RUN = "SELECT DISTINCT person_key FROM identity_decision WHERE import_run = :run ORDER BY id"

# of one study row `s` of person `p`
AWAITED_OF_STUDY = f"""
(SELECT count(DISTINCT coalesce(n.sop_instance_uid, n.path)) FROM planned n JOIN import_plan q ON q.id = n.import_run
 WHERE n.study_instance_uid = s.study_instance_uid AND n.person_key = p.person_key AND q.settled IS NULL
 AND NOT ({_MET.replace("patient p ON p.id", "patient w ON w.id").replace("p.person_key", "w.person_key")}))"""
OF_UNFINISHED = f"""
EXISTS (SELECT 1 FROM study_import t JOIN import_run r ON r.id = t.import_run WHERE t.study = s.id
        AND {_WITHOUT_PLAN})"""
