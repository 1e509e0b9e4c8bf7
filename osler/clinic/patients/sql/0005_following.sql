-- The tables of this app, and the rights to act for a patient, go with a merge.
SELECT patients_let_follow('patients_patientidentifier'), patients_let_follow('patients_relatedperson'),
       patients_let_follow('patients_flag'), patients_let_follow('access_patientgrant');
