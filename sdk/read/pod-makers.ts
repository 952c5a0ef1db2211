/** Objects of other groups that make pods, in ways that are not read: whom labels are for is not known where they are. */

const MAKERS: Readonly<Record<string, readonly string[]>> = {
  "apps.kruise.io": ["AdvancedCronJob", "BroadcastJob", "CloneSet", "DaemonSet", "StatefulSet", "UnitedDeployment"],
  "apps.openshift.io": ["DeploymentConfig"],
  "argoproj.io": ["CronWorkflow", "Rollout", "Workflow"],
  "batch.volcano.sh": ["Job"],
  "core.strimzi.io": ["StrimziPodSet"],
  "elasticsearch.k8s.elastic.co": ["Elasticsearch"],
  "helm.cattle.io": ["HelmChart"],
  "helm.toolkit.fluxcd.io": ["HelmRelease"],
  "kafka.strimzi.io": ["Kafka", "KafkaBridge", "KafkaConnect"],
  "kibana.k8s.elastic.co": ["Kibana"],
  "kubevirt.io": ["VirtualMachine", "VirtualMachineInstance", "VirtualMachineInstanceReplicaSet"],
  "monitoring.coreos.com": ["Alertmanager", "Prometheus", "PrometheusAgent", "ThanosRuler"],
  "postgresql.cnpg.io": ["Cluster"],
  "ray.io": ["RayCluster", "RayJob", "RayService"],
  "serving.knative.dev": ["Configuration", "Revision", "Service"],
  "sparkoperator.k8s.io": ["ScheduledSparkApplication", "SparkApplication"],
  "tekton.dev": ["PipelineRun", "TaskRun"],
};

export function makesPods(apiVersion: string, kind: string): boolean {
  const group = apiVersion.slice(0, Math.max(apiVersion.indexOf("/"), 0));
  return Object.hasOwn(MAKERS, group) && MAKERS[group]?.includes(kind) === true;
}
