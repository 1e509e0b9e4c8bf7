-- A patient sees every opening of the own chart: also the lists in which it stood (A32).
DROP POLICY own_chart ON audit_event;
CREATE POLICY own_chart ON audit_event AS RESTRICTIVE FOR SELECT USING
    ((SELECT nullif(current_setting('app.patient', true), '')) IS NULL
     OR patient_id = (SELECT nullif(current_setting('app.patient', true), '')::uuid)
     OR patient_ids @> ARRAY[(SELECT nullif(current_setting('app.patient', true), '')::uuid)]);
