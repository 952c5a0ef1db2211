/** A cluster small enough to know by heart: `web` may reach `db` on 5432/TCP, and nobody else may. */
const pod = (name: string, address: string, ports = ""): string => `apiVersion: v1
kind: Pod
metadata:
  name: ${name}
  namespace: shop
  labels:
    app: ${name.slice(0, -2)}
spec:
  containers:
    - name: main
      image: registry.example/main:1
${ports}status:
  phase: Running
  podIP: ${address}
  conditions:
    - { type: Ready, status: "True" }
`;

export const NAMESPACE = `apiVersion: v1
kind: Namespace
metadata:
  name: shop
`;

export const PODS: string = [
  pod("web-0", "10.1.0.10"),
  pod("db-0", "10.1.0.20", "      ports:\n        - { name: postgres, containerPort: 5432 }\n"),
  pod("db-1", "10.1.0.21", "      ports:\n        - { name: postgres, containerPort: 5432 }\n"),
].join("---\n");

export const SERVICE = `apiVersion: v1
kind: Service
metadata:
  name: db
  namespace: shop
spec:
  clusterIP: 10.96.0.20
  selector:
    app: db
  ports:
    - { name: sql, port: 15432, targetPort: postgres }
`;

export const POLICY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: db
  namespace: shop
spec:
  podSelector:
    matchLabels:
      app: db
  ingress:
    - from:
        - podSelector:
            matchLabels:
              app: web
      ports:
        - port: 5432
`;

export const CLUSTER: string = [NAMESPACE, PODS, SERVICE, POLICY].join("---\n");

/** Options of a flow that the cluster allows, and of one that it denies. */
export const ALLOWED = ["--from", "shop/web-0", "--to", "shop/db-0", "--port", "5432"] as const;
export const DENIED = ["--from", "shop/web-0", "--to", "shop/db-0", "--port", "5433"] as const;
