{{- define "classroom.name" -}}
{{- printf "%s" .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{- define "classroom.selector" -}}
app.kubernetes.io/name: momentum-classroom
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "classroom.labels" -}}
{{ include "classroom.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}
