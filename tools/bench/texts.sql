-- What the bare stack holds: the newest 2,000 patients' results and 20,000 patients, as Osler keeps them.
SELECT id, patient_id, row_number() OVER (PARTITION BY patient_id ORDER BY id), resource
FROM records_observation
WHERE patient_id IN (SELECT id FROM patients_patient ORDER BY id DESC LIMIT 2000)
UNION ALL
(SELECT id, id, 1000000, resource FROM patients_patient WHERE resource IS NOT NULL ORDER BY id DESC LIMIT 20000)
